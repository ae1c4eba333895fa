# What becomes of the rpm on a machine with systemd, by rpm itself: installed, started, upgraded, removed. Run by .ci/systemd, for
# .ci/release. What it needs is Red Hat's to have, so that is not asked for here.
#
# Usage: rpm_life.sh OLDER NEWER
set -euo pipefail
older="$1" newer="$2"
unit=ramp-serve.service
checks=0

holds() {
  checks=$((checks + 1))
  "$@" || { echo "does not hold: $*"; exit 1; }
}
fails() { ! "$@" 2>/dev/null; }
is() { [ "$1" = "$2" ] || { echo "it is \`$1\`, not \`$2\`"; return 1; }; }
pid() { systemctl show --property MainPID --value "$unit"; }
rpm() { command rpm --force-debian --nodeps "$@"; }

rpm --initdb 2>/dev/null || true
# As Red Hat's presets are.
mkdir -p /etc/systemd/system-preset
echo 'disable *' >/etc/systemd/system-preset/99-default.preset
holds rpm --install "$older"
holds getent passwd ramp >/dev/null
holds is "$(systemctl is-enabled $unit)" disabled
holds is "$(stat -c '%a %U:%G' /etc/ramp/serve.env)" '640 root:root'
holds is "$(command rpm --verify --nodeps redis-ramp)" ''
echo 'RAMP_ADMIN_PASSWORD=secret' >>/etc/ramp/serve.env
holds systemctl enable --now --quiet "$unit"
before="$(pid)"
holds rpm --upgrade "$newer"
holds is "$(systemctl is-active $unit) $(systemctl is-enabled $unit)" 'active enabled'
holds fails [ "$(pid)" = "$before" ]
holds is "$(tail -1 /etc/ramp/serve.env)" 'RAMP_ADMIN_PASSWORD=secret'
holds rpm --erase redis-ramp
holds fails pgrep -x ramp
holds fails [ -e /usr/bin/ramp ]
holds [ -s /var/lib/ramp/catalogue.sqlite ]
holds [ -s /etc/ramp/serve.env.rpmsave ]
holds is "$(find /etc/systemd -name '*ramp-serve*')" ''
# A user of that name who was there before is told of where it is a person; its own is not.
holds rpm --install "$older" 2>/tmp/said
holds fails grep -q "a person's" /tmp/said
holds rpm --erase redis-ramp
userdel ramp
useradd --create-home --shell /bin/bash ramp
before="$(getent passwd ramp)"
holds rpm --install "$older" 2>/tmp/said
holds grep -q "the user \`ramp\`, which on this machine is a person's (its uid is $(id -u ramp))" /tmp/said
holds is "$(getent passwd ramp)" "$before"
holds rpm --erase redis-ramp
echo "rpm: $checks checks"
