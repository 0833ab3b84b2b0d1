#!/bin/bash
# uml_root.sh DIR SUITE RUN SHARE MEMORY, in namespaces of its own: becomes user-mode Linux, in a root with a libc that is new enough.
set -eu
dir=$1 suite=$2 run=$3 share=$4 memory=$5
mkdir -p "$dir/$run/share/files"
[ "$share" = "$dir/$run/share/files" ] || mount --bind "$share" "$dir/$run/share/files"
mount --rbind /dev "$dir/host/dev"
mount -t proc proc "$dir/host/proc"
mount --rbind "$dir" "$dir/host/engines"
# Its memory is a file, whatever the size of this machine's /dev/shm.
mount -t tmpfs -o size=90% tmpfs "$dir/host/tmp"
exec chroot "$dir/host" env -i TMPDIR=/tmp HOME=/tmp PATH=/usr/bin /usr/bin/linux.uml \
  "ubd0=/engines/$run/changes,/engines/$suite.img" root=/dev/ubda rw "mem=$memory" \
  con=null con0=null,fd:1 ssl=null uml_dir=/tmp/ "engines_share=/engines/$run/share"
