/**
 * Disks, partitions, file systems, volumes, encryption, mounts.
 * They exist because one operand decides whether a disk is read or gone.
 * Invariant: what formats, wipes or repartitions is dangerous unless it is asked only to show.
 */
import { caution, danger, type Spec, type Table } from './spec.js';

const formats: Spec = {
  does: 'privilege',
  operands: 'none',
  values: 't type L label U b m O o F I i N E d T l volume-label',
  options: { 'n dry-run V help': 'dry', '--help --version': 'help' },
  risk: danger('format', 'Makes a new file system: what was there is lost.'),
};
const wipes = danger('wipe-disk', 'Destroys what the disk holds.');
const admin: Spec = { does: 'privilege write' };

export const disks: Table = {
  'mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.exfat mkfs.ntfs mkfs.f2fs mkfs.jfs mkfs.minix mkfs.cramfs mkfs.msdos mkfs.bfs mkfs.udf mkfs.reiserfs mkfs.nilfs2 mke2fs mkntfs mkdosfs mkexfatfs newfs newfs_msdos mkswap':
    { ...formats, run: 'format' },
  wipefs: { does: 'privilege', values: 't o O offset types', options: { 'a all': wipes, 'n no-act': 'dry' } },
  blkdiscard: { does: 'privilege write!', values: 'o l p offset length step', risk: wipes },
  badblocks: { does: 'privilege', values: 'b c o p t', options: { w: wipes } },
  hdparm: {
    does: 'privilege',
    options: {
      'security-erase security-erase-enhanced trim-sector-ranges make-bad-sector': wipes,
      'write-sector': 'value',
      'I i t T g': 'help',
    },
  },
  nvme: {
    does: 'privilege',
    sub: { 'format sanitize delete-ns write-zeroes dsm': { does: 'write!', risk: wipes }, '*': {} },
  },
  'sg_format sg_sanitize': { does: 'privilege write!', risk: wipes },
  'fdisk gfdisk sfdisk cfdisk gdisk cgdisk sgdisk parted gparted': { run: 'partition' },
  partprobe: {
    does: 'privilege',
    options: { 's summary d dry-run': 'dry' },
    risk: caution('partition', 'Tells the kernel of a new partition table.'),
  },
  partx: {
    does: 'privilege',
    options: { 's show': 'help' },
    risk: caution('partition', 'Tells the kernel of partitions.'),
  },
  blockdev: {
    does: 'privilege',
    options: {
      'report getro getss getsize64 getsz getra getbsz getpbsz getalignoff getiomin getioopt getmaxsect getfra getdiscardzeroes':
        'help',
      'flushbufs setro setrw setra rereadpt setbsz setfra': 'force',
    },
    risk: caution('block-device', 'Changes settings of a disk.'),
  },
  'cryptsetup veritysetup integritysetup': {
    does: 'privilege',
    values: 'c s h d key-file type label cipher key-size hash l u U S key-slot',
    sub: {
      'luksFormat reencrypt format': { does: 'write!', risk: wipes },
      'erase luksErase luksKillSlot luksRemoveKey': {
        does: 'delete!',
        risk: danger('lose-key', 'Removes keys: without one the data is lost.'),
      },
      'luksDump isLuks status benchmark luksUUID': {},
      '*': { risk: caution('encryption', 'Opens, closes or changes an encrypted volume.') },
    },
  },
  'lvremove vgremove pvremove': {
    does: 'privilege delete!',
    values: 'S select',
    options: { 't test': 'dry' },
    risk: danger('delete-volume', 'Removes a volume with what it holds.'),
  },
  lvreduce: {
    does: 'privilege write!',
    values: 'L size l extents',
    risk: danger('shrink-volume', 'Shrinks a volume: what lies beyond is lost.'),
    options: { 't test': 'dry' },
  },
  'lvcreate vgcreate lvextend vgextend lvresize lvchange vgchange pvchange lvconvert vgrename lvrename pvmove pvresize vgreduce vgcfgrestore vgimport vgexport lvmdevices':
    {
      does: 'privilege write',
      values: 'L size l extents n name',
      options: { 't test check': 'dry' },
      risk: caution('volume', 'Changes volumes.'),
    },
  pvcreate: {
    does: 'privilege write!',
    options: { 't test': 'dry' },
    risk: danger('wipe-disk', 'Takes a disk over for volumes: what it holds is lost.'),
  },
  'lvs vgs pvs lvdisplay vgdisplay pvdisplay lvscan vgscan pvscan pvck vgck lvmconfig': {
    does: 'privilege',
    options: { repair: '+write' },
  },
  mount: { run: 'mount', values: 't types o options L U' },
  lvm: { run: 'wrapper', wraps: {}, does: 'privilege' },
  'umount fusermount fusermount3': {
    does: 'privilege',
    risk: caution('unmount', 'Unmounts a file system.'),
    values: 't O',
  },
  'losetup dmsetup kpartx multipath': {
    does: 'privilege',
    options: {
      'a l list all': 'help',
      'D detach-all remove_all': caution('device-mapper', 'Detaches devices.'),
    },
  },
  mdadm: {
    does: 'privilege',
    values: 'l level n raid-devices',
    options: {
      'zero-superblock': wipes,
      'D detail E examine Q query': 'help',
      create: danger('raid', 'Makes an array: what the disks hold is lost.'),
      'remove r fail f stop S': caution('raid', 'Changes an array.'),
    },
  },
  'fsck fsck.ext4 fsck.xfs fsck.vfat e2fsck xfs_repair btrfsck fsck.btrfs ntfsfix dosfsck': {
    does: 'privilege',
    values: 't C b',
    options: { 'n N': 'help' },
    risk: caution('repair', 'Repairs a file system.'),
  },
  'resize2fs xfs_growfs fsadm tune2fs e2label xfs_admin ntfsresize swaplabel btrfstune': {
    does: 'privilege write',
    options: { 'l h P': 'help' },
  },
  debugfs: { does: 'privilege', options: { w: caution('raw-edit', 'Edits a file system directly.') } },
  btrfs: {
    does: 'privilege',
    verbs: 'cautious',
    sub: {
      'subvolume subvol su': {
        sub: {
          'delete del d': {
            does: 'delete!',
            risk: danger('delete-volume', 'Deletes a subvolume with what it holds.'),
          },
          '*': { does: 'write' },
        },
      },
      'filesystem fi device dev balance scrub quota qgroup property receive send check rescue restore replace inspect-internal':
        { does: 'write' },
    },
  },
  'zfs zpool': {
    does: 'privilege',
    sub: {
      'destroy labelclear': {
        does: 'delete!',
        options: { n: 'dry' },
        risk: danger('delete-volume', 'Destroys a dataset or a pool.'),
      },
      rollback: { does: 'delete!', risk: danger('rollback', 'Discards everything since the snapshot.') },
      'list get status iostat history events': {},
      '*': { does: 'write', options: { n: 'dry' } },
    },
  },
  'diskutil hdiutil': {
    sub: {
      'list info activity verifyVolume verifyDisk mount mountDisk unmount eject attach detach': {},
      'eraseDisk eraseVolume reformat partitionDisk secureErase zeroDisk randomDisk': {
        does: 'write!',
        risk: wipes,
      },
      apfs: { verbs: 'strict', sub: {} },
      '*': { does: 'write' },
    },
  },
  dump: {
    does: 'privilege',
    operands: 'read',
    values: 'f L b B d s',
    risk: caution('backup', 'Backs a file system up.'),
  },
  restore: {
    does: 'privilege write',
    values: 'f b s T',
    risk: caution('restore', 'Restores files over present ones.'),
  },
  'partclone.ext4 partimage fsarchiver clonezilla ddrescue': { does: 'privilege write', run: 'image' },
  smartctl: { does: 'privilege', values: 'd t a l s' },
  'mtools mcopy mmove mdel mformat mdir mtype': { does: 'write' },
  'quotaon quotaoff edquota setquota repquota quotacheck quota': admin,
  'eject sync fstrim fsfreeze udisksctl': { does: 'write', options: { 'n dry-run': 'dry' } },
  'exportfs showmount nfsstat': {},
};
