//! Who may ask, as a store keeps it.

use ramp_server::store::{NewUser, Role, Store, User, UserChange, UserPatch};

/// A user that is given the number.
fn done(change: UserChange) -> User {
    match change {
        UserChange::Done(user) => *user,
        other => panic!("{other:?}"),
    }
}

pub(super) fn suite(store: &dyn Store) {
    assert!(!store.has_users().unwrap());
    assert_eq!(store.users().unwrap(), []);
    let new = |email: &str, name: &str, role| NewUser {
        email: email.into(),
        name: name.into(),
        password_hash: "$argon2id$…".into(),
        issued: 1_488_447_814,
        role,
        email_alerts: true,
    };
    let me = done(store.add_user(&new("me@x", "", Role::Admin)).unwrap());
    assert_eq!((me.email.as_str(), me.role, me.issued, me.email_alerts), ("me@x", Role::Admin, 1_488_447_814, true));
    // An e-mail address is one user's, and so is a name; that nobody has one is not a name.
    assert_eq!(store.add_user(&new("me@x", "", Role::None)).unwrap(), UserChange::EmailTaken);
    let you = done(store.add_user(&new("you@x", "You", Role::DbViewer)).unwrap());
    assert_eq!(store.add_user(&new("they@x", "You", Role::None)).unwrap(), UserChange::NameTaken);
    let they = done(store.add_user(&new("they@x", "", Role::None)).unwrap());
    assert!(me.uid < you.uid && you.uid < they.uid);
    assert_eq!(store.users().unwrap(), [me.clone(), you.clone(), they.clone()]);
    assert_eq!(store.user(you.uid).unwrap().as_ref(), Some(&you));
    assert_eq!(store.user_by_email("you@x").unwrap().as_ref(), Some(&you));
    assert_eq!((store.user(99).unwrap(), store.user_by_email("nobody").unwrap()), (None, None));
    assert!(store.has_users().unwrap());

    // Nothing is changed but what is said, and nothing where it cannot be.
    let change = |uid, patch: UserPatch| store.change_user(uid, &patch).unwrap();
    let role = |role| UserPatch { role: Some(role), ..UserPatch::default() };
    assert_eq!(change(me.uid, role(Role::ClusterMember)), UserChange::LastAdmin);
    assert_eq!(store.remove_user(me.uid).unwrap(), UserChange::LastAdmin);
    assert_eq!(done(change(me.uid, role(Role::Admin))), me);
    let taken = UserPatch { email: Some("me@x".into()), name: Some("Somebody".into()), ..UserPatch::default() };
    assert_eq!(change(you.uid, taken), UserChange::EmailTaken);
    assert_eq!(change(they.uid, UserPatch { name: Some("You".into()), ..UserPatch::default() }), UserChange::NameTaken);
    assert_eq!(store.users().unwrap(), [me.clone(), you.clone(), they.clone()]);
    assert_eq!(change(99, role(Role::Admin)), UserChange::Unknown);
    assert_eq!(done(change(you.uid, UserPatch::default())), you);
    let patch = UserPatch {
        email: Some("thou@x".into()),
        name: Some("Thou".into()),
        password: Some(("other".into(), 7)),
        role: Some(Role::Admin),
        email_alerts: Some(false),
    };
    let thou = done(change(you.uid, patch.clone()));
    assert_eq!(thou.uid, you.uid);
    assert_eq!(store.user_by_email("thou@x").unwrap(), Some(thou.clone()));
    assert_eq!(store.user_by_email("you@x").unwrap(), None);
    assert_eq!((thou.name.as_str(), thou.password_hash.as_str(), thou.issued), ("Thou", "other", 7));
    assert_eq!((thou.role, thou.email_alerts), (Role::Admin, false));
    // What was given up is free, and one of two admins may go.
    done(change(they.uid, UserPatch { email: Some("you@x".into()), name: Some("You".into()), ..UserPatch::default() }));
    assert_eq!(done(store.remove_user(me.uid).unwrap()), me);
    assert_eq!(store.remove_user(me.uid).unwrap(), UserChange::Unknown);
    assert_eq!(change(thou.uid, role(Role::None)), UserChange::LastAdmin);
    let again = done(store.add_user(&new("me@x", "", Role::Admin)).unwrap());
    assert!(again.uid > they.uid, "a number is given once");
    assert_eq!(done(change(thou.uid, role(Role::None))).role, Role::None);
    assert_eq!(store.users().unwrap().len(), 3);
}
