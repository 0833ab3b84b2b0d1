#!/bin/bash
# native_root.sh ROOT RUN SHARE, in namespaces of its own: becomes inside.sh in ROOT, which nobody writes to.
set -eu
root=$1 run=$2 share=$3
readlink /proc/self/ns/mnt >"$run/mounts"
mkdir -p "$run/upper" "$run/work" "$run/root"
mount -t overlay engines -o "lowerdir=$root,upperdir=$run/upper,workdir=$run/work" "$run/root"
cd "$run/root"
mount -t proc proc proc
# /sys of this network namespace, with the cgroups of this kernel.
mount -t sysfs sysfs sys
mount --rbind /sys/fs/cgroup sys/fs/cgroup
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mkdir -p run/lock
# Engines put layers of their own on a disk, and files in memory would count as memory of a container.
for dir in var/lib/docker var/lib/containerd var/lib/containers var/tmp tmp; do
  mkdir -p "$run/disk/$dir" "$dir"
  mount --bind "$run/disk/$dir" "$dir"
done
chmod 1777 tmp var/tmp
mount --bind "$run/share" share
mkdir -p share/files
mount --bind "$share" share/files
# Not chroot: there, commands in containers and health checks would see this machine's files.
mkdir -p old
pivot_root . old
cd /
umount -l /old
ip link set lo up
hostname engines
exec bash /share/inside.sh native
