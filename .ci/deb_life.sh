# What becomes of the deb on a machine with systemd: installed, started, upgraded, removed, purged. Run by .ci/systemd, for .ci/release.
#
# Usage: deb_life.sh OLDER NEWER BUNDLE: two debs, of which one is a later version, and a bundle that 7.22 takes.
set -euo pipefail
older="$1" newer="$2" bundle="$3"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
unit=ramp-serve.service
checks=0

holds() {
  checks=$((checks + 1))
  "$@" || { echo "does not hold: $*"; journal; exit 1; }
}
fails() { ! "$@" 2>/dev/null; }
is() { [ "$1" = "$2" ] || { echo "it is \`$1\`, not \`$2\`"; return 1; }; }
of() { systemctl show --property "$1" --value "$unit"; }
put() { dpkg --no-triggers --install "$1" >/tmp/said 2>&1 || { cat /tmp/said; return 1; }; }
asked() { curl --silent --fail --insecure --max-time 10 --retry 20 --retry-delay 1 --retry-connrefused --user "me:secret" "https://127.0.0.1:9443$1" "${@:2}"; }
journal() { systemctl status --no-pager "$unit" | head -20; }

# In an image for containers there is one, so that installing starts nothing.
rm -f /usr/sbin/policy-rc.d

fresh() {
  holds fails getent passwd ramp
  holds put "$older"
  holds is "$(getent passwd ramp | cut -d: -f6,7)" /var/lib/ramp:/usr/sbin/nologin
  holds fails grep -q "a person's" /tmp/said
  holds is "$(systemctl is-enabled $unit)" disabled
  holds is "$(systemctl is-active $unit)" inactive
  holds is "$(stat -c '%a %U:%G' /etc/ramp/serve.env)" '640 root:root'
  holds is "$(redis-ramp --version)" "ramp $(dpkg-query -W -f '${Version}' redis-ramp | sed 's/-.*//')"
  holds is "$(ramp version | tail -n +2)" "$(redis-ramp version | tail -n +2)"
  holds systemd-analyze verify "/usr/lib/systemd/system/$unit"
  # For each command its page, which a formatter takes; and what is completed.
  for page in /usr/share/man/man1/ramp*.1.gz; do
    holds is "$(zcat "$page" | groff -K utf8 -man -Tutf8 -ww 2>&1 >/dev/null)" ''
  done
  holds bash -c 'source /usr/share/bash-completion/completions/ramp && complete -p ramp >/dev/null'
  # No files but those.
  holds is "$(dpkg --verify redis-ramp)" ''
}

started() {
  # Without a password it makes one, which a file has and the journal has not.
  holds systemctl start "$unit"
  holds curl --silent --fail --insecure --retry 20 --retry-delay 1 --retry-connrefused -o /dev/null https://127.0.0.1:9443/healthz
  holds is "$(stat -c '%a %U:%G' /var/lib/ramp/first-password)" '600 ramp:ramp'
  holds fails grep -qF "$(cat /var/lib/ramp/first-password)" <(systemctl status --no-pager --full --lines 1000 "$unit")
  # The certificate is read again by the same process.
  local before
  before="$(of MainPID)"
  holds systemctl reload "$unit"
  holds is "$(of MainPID)" "$before"
  systemctl stop "$unit"
  find /var/lib/ramp -mindepth 1 -delete
  sed -i 's/^RAMP_ADMIN_USER=.*/RAMP_ADMIN_USER=me/; s/^RAMP_ADMIN_PASSWORD=.*/RAMP_ADMIN_PASSWORD=secret/
    s/^RAMP_SERVE_OPTIONS=.*/RAMP_SERVE_OPTIONS=--listen 127.0.0.1:9443 --target 7.22 --dependencies-from localhost:1/' /etc/ramp/serve.env
  cp /etc/ramp/serve.env /tmp/serve.env
  holds systemctl start "$unit"
  holds asked /healthz -o /dev/null
  holds asked /v2/modules -o /tmp/answer -F "module=@$bundle"
  holds grep -q '"module_name":"hello"' <(asked /v1/modules)
  holds asked /ramp/v1/validate -o /tmp/report -F "module=@$bundle"
  holds is "$(stat -c '%a %U:%G' /var/lib/ramp)" '700 ramp:ramp'
  holds is "$(find /var/lib/ramp ! -user ramp -o -perm /077 ! -type l | head -3)" ''
  local status
  status="/proc/$(of MainPID)/status"
  holds is "$(awk '/^Uid/ { print $2 }' "$status")" "$(id -u ramp)"
  holds is "$(awk '/^(CapEff|CapBnd)/ { print $2 }' "$status" | sort -u)" 0000000000000000
  holds is "$(awk '/^(NoNewPrivs|Seccomp):/ { print $2 }' "$status" | xargs)" '1 2'
}

# The unit's own settings, with a shell in the place of the server.
shut_in() {
  cat >/run/inside <<'INSIDE'
for at in /etc /usr /var/lib /var/tmp/.. /opt; do if touch "$at/x"; then echo "$at can be written"; fi; done 2>/dev/null
touch /var/lib/ramp/x && rm /var/lib/ramp/x || echo 'the data cannot be written'
if cat /etc/ramp/serve.env; then echo 'passwords can be read'; fi 2>/dev/null
if [ -n "$(ls -A /root /home 2>/dev/null)" ]; then echo 'homes are there'; fi
if mount -t tmpfs none /tmp; then echo 'it can mount'; fi 2>/dev/null
if unshare --user true; then echo 'it has namespaces'; fi 2>/dev/null
if chmod u+s /var/lib/ramp/lock; then echo 'it can make a command of its user'; fi 2>/dev/null
if [ -e /proc/1/stat ]; then echo 'it sees other processes'; fi
[ "$(stat -c %a "$(mktemp)")" = 600 ] || echo 'files are for others too'
INSIDE
  mkdir -p /run/systemd/system
  sed "s|^ExecStart=.*|ExecStart=/bin/sh /run/inside|; /^ExecStartPre/d; s/^Type=.*/Type=oneshot/; /^Restart/d
    /^\[Service\]/a StandardOutput=append:/run/inside.said" "/usr/lib/systemd/system/$unit" >/run/systemd/system/inside.service
  systemctl daemon-reload
  : >/run/inside.said
  holds systemctl start inside.service
  holds is "$(cat /run/inside.said)" ''
}

# What docs/serve.md says is to be added for a port below 1024, and for bundles elsewhere.
let_more() {
  mkdir -p "/etc/systemd/system/$unit.d"
  sed -n '/^```ini$/,/^```$/ { /^```/d; p }' docs/serve.md >"/etc/systemd/system/$unit.d/override.conf"
  install -d -o ramp -g ramp -m 700 /srv/bundles
  sed -i 's|^RAMP_SERVE_OPTIONS=.*|RAMP_SERVE_OPTIONS=--listen 127.0.0.1:443 --target 7.22 --data-dir /var/lib/ramp/other --blobs /srv/bundles|' /etc/ramp/serve.env
  # An option is given once.
  sed -i '$a ExecStart=\nExecStart=/usr/bin/ramp serve $RAMP_SERVE_OPTIONS' "/etc/systemd/system/$unit.d/override.conf"
  systemctl daemon-reload
  holds systemctl restart "$unit"
  holds curl --silent --fail --insecure --retry 20 --retry-delay 1 --retry-connrefused -o /dev/null https://127.0.0.1:443/healthz
  holds [ -n "$(ls -A /srv/bundles)" ]
  rm -r "/etc/systemd/system/$unit.d" /var/lib/ramp/other
  cp /tmp/serve.env /etc/ramp/serve.env
  systemctl daemon-reload
  holds systemctl restart "$unit"
}

upgraded() {
  local before
  before="$(of MainPID)"
  systemctl enable --quiet "$unit"
  holds put "$newer"
  holds is "$(systemctl is-active $unit)" active
  holds fails [ "$(of MainPID)" = "$before" ]
  holds asked /healthz -o /dev/null
  holds grep -q '"module_name":"hello"' <(asked /v1/modules)
  holds cmp /etc/ramp/serve.env /tmp/serve.env
  holds is "$(systemctl is-enabled $unit)" enabled
  # An end that was asked for is no failure.
  systemctl stop "$unit"
  holds is "$(of Result) $(of ExecMainStatus)" 'success 0'
  systemctl start "$unit"
}

removed() {
  holds dpkg --no-triggers --remove redis-ramp >/dev/null
  holds fails pgrep -x ramp
  holds fails [ -e /usr/bin/ramp ]
  holds cmp /etc/ramp/serve.env /tmp/serve.env
  holds [ -s /var/lib/ramp/catalogue.sqlite ]
  # What was enabled is enabled again.
  holds put "$newer"
  holds is "$(systemctl is-enabled $unit)" enabled
  systemctl start "$unit"
  holds grep -q '"module_name":"hello"' <(asked /v1/modules)
}

purged() {
  holds dpkg --no-triggers --purge redis-ramp >/tmp/said 2>&1
  holds grep -q 'rm -r /var/lib/ramp' /tmp/said
  holds fails [ -e /etc/ramp ]
  holds [ -s /var/lib/ramp/catalogue.sqlite ]
  holds is "$(find /etc/systemd /var/lib/systemd -name "*ramp-serve*")" ''
  holds getent passwd ramp >/dev/null
}

# Where systemd-sysusers is not there, and nobody has used the server: nothing is said of data.
without_sysusers() {
  userdel ramp
  rm -r /var/lib/ramp
  mv "$(command -v systemd-sysusers)" /tmp/
  holds put "$newer"
  holds is "$(getent passwd ramp | cut -d: -f6,7)" /var/lib/ramp:/usr/sbin/nologin
  holds dpkg --no-triggers --purge redis-ramp >/tmp/said 2>&1
  holds fails grep -q /var/lib/ramp /tmp/said
  userdel ramp
}

# A user of that name who was there before is told of where it is a person, and left as it is.
with_a_person() {
  useradd --create-home --shell /bin/bash --groups sudo ramp
  local before
  before="$(getent passwd ramp; id -Gn ramp)"
  holds [ "$(id -u ramp)" -ge 1000 ]
  holds put "$older"
  holds grep -q "the user \`ramp\`, which on this machine is a person's (its uid is $(id -u ramp))" /tmp/said
  holds is "$(getent passwd ramp; id -Gn ramp)" "$before"
  holds is "$(systemctl is-enabled $unit) $(systemctl is-active $unit)" 'disabled inactive'
  # What it tells to do.
  mkdir -p "/etc/systemd/system/$unit.d"
  useradd --system --user-group --no-create-home ramp-server
  printf '[Service]\nUser=ramp-server\nGroup=ramp-server\n' >"/etc/systemd/system/$unit.d/override.conf"
  systemctl daemon-reload
  cp /tmp/serve.env /etc/ramp/serve.env
  holds systemctl start "$unit"
  holds is "$(ps -o user:32= -p "$(of MainPID)")" ramp-server
  systemctl stop "$unit"
  holds dpkg --no-triggers --purge redis-ramp >/dev/null 2>&1
  rm -rf "/etc/systemd/system/$unit.d" /var/lib/ramp
  userdel ramp-server
  userdel --remove ramp 2>/dev/null
  # One of the system is as good as its own.
  useradd --system --user-group --no-create-home ramp
  holds put "$older"
  holds fails grep -q "a person's" /tmp/said
  holds dpkg --no-triggers --purge redis-ramp >/dev/null 2>&1
  userdel ramp
}

for part in fresh started shut_in let_more upgraded removed purged without_sysusers with_a_person; do
  "$part"
done
echo "deb: $checks checks"
