# shellcheck shell=sh disable=SC2034
# Words that the appliance's scripts have in common.
PATH=/bin:/sbin

# say TEXT: on the console, and in the kernel's ring, where `dmesg` finds it later.
say() {
  echo "appliance: $*" >/dev/console
  echo "<6>appliance: $*" >/dev/kmsg
}

# The slot this system was started from.
slot=$(sed 's/.*postern\.slot=\([ab]\).*/\1/' /proc/cmdline)
case $slot in
  a) other=b ;;
  *) other=a ;;
esac

# partition NAME: the device of that partition, on the disc this system was started from and on no other.
partition() {
  local root uevent
  root=$(sed -n 's|^/dev/\([^ ]*\) / squashfs .*|\1|p' /proc/mounts)
  for uevent in "$(readlink -f "/sys/class/block/$root/..")"/*/uevent; do
    if grep -qx "PARTNAME=postern-$1" "$uevent"; then sed -n 's|^DEVNAME=|/dev/|p' "$uevent"; fi
  done
}

# setting NAME [DEFAULT]: what appliance.conf says. It is read, never run, and may have been saved by Windows.
setting() {
  local value
  value=$(tr -d '\r' 2>/dev/null </config/appliance.conf | sed -n "s/^[ ]*$1[ ]*=[ ]*//p" | sed 's/[ ]*$//' | tail -n 1)
  echo "${value:-${2:-}}"
}

# The boot loader's record (grubenv): lines NAME=VALUE in 1024 bytes, filled up with #. GRUB reads and writes it by
# its blocks, so it never moves. All that is said in it fits into the first 512 bytes: one sector, which a disc
# writes whole or not at all, so that no loss of power leaves half of it.
boot_record=/run/boot/EFI/debian/grubenv

with_boot_record() {
  mkdir -p /run/boot
  mount -t vfat -o "$1,nosuid,nodev,noexec,umask=077" "$(partition boot)" /run/boot || return 1
  "$2"
  local result=$?
  umount /run/boot
  return $result
}

# remembered NAME: one value of the record.
remembered() { with_boot_record ro read_record | sed -n "s/^$1=//p"; }
read_record() { grep -v '^#' "$boot_record"; }

# remember NAME=VALUE...: changes these values, all at once.
remember() {
  changes=$(printf '%s\n' "$@")
  with_boot_record rw write_record
}
write_record() {
  { echo "$changes"; read_record; } |
    awk -F= '
      BEGIN { text = "# GRUB Environment Block\n" }
      !seen[$1]++ { text = text $0 "\n" }
      END {
        if (length(text) > 512) exit 1
        while (length(text) < 1024) text = text "#"
        printf "%s", text
      }' >/run/grubenv || return 1
  dd if=/run/grubenv of="$boot_record" bs=1024 count=1 conv=notrunc,fsync 2>/dev/null && sync
}
