/**
 * `truncate`, `yes`, `mount`, partition editors, `mkfs`, compressors: what the operands alone do not say.
 * It exists because growing a file is nothing, shrinking it a loss, and `-n` only shows.
 * Invariant: an interactive editor of partitions is caution; one with its orders on the command line is dangerous.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import { has, optionValue, readArguments } from '../run/arguments.js';
import { ENDLESS, NOTHING, type Stream, tainted, UNKNOWN_STREAM } from '../stream.js';
import { shown } from '../words/field.js';

export function runTruncate(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'version')) return NOTHING;
  const size = optionValue(options, 's', 'size')?.text ?? '';
  const grows = /^[+>%]?[1-9]\d*[KMGTPEkB]*i?B?$/.test(size) && !size.startsWith('<');
  for (const field of operands) written(machine, field, { mode: grows ? 'append' : 'truncate', span: call });
  return NOTHING;
}

const HUGE = 100 * 2 ** 30;
const UNITS = 'KMGTPE';

/** `fallocate -l 900G`: space that nothing else can use. */
export function runAllocate(machine: Machine, call: Call, spec: Spec): Stream {
  const { options } = readArguments(call.fields, 0, compile(spec));
  const [, number = '0', unit = ''] =
    /^(\d+)\s*([KMGTPE]?)/i.exec(optionValue(options, 'l', 'length')?.text ?? '') ?? [];
  if (Number(number) * 1024 ** (UNITS.indexOf(unit.toUpperCase()) + 1) >= HUGE && unit !== '')
    machine.find(DANGEROUS, 'fills-disk', 'Takes so much space that the disk may be full.', call);
  return apply(machine, call, spec);
}

export function runYes(): Stream {
  return ENDLESS;
}

export function runMount(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (
    has(options, 'help', 'V', 'version', 'f', 'fake') ||
    (operands.length === 0 && !has(options, 'a', 'all'))
  )
    return UNKNOWN_STREAM;
  if (has(options, 'l') && operands.length === 0) return UNKNOWN_STREAM;
  machine.effect('privilege', 'mount');
  const over = operands.at(-1)?.text ?? '';
  const hides = has(options, 'B', 'bind', 'rbind', 'M', 'move') && /^\/proc\//.test(over);
  machine.find(
    hides ? DANGEROUS : CAUTION,
    hides ? 'hides-process' : 'mount',
    hides ? 'Hides a process from everyone who looks.' : `Mounts ${shown(over)}.`,
    call,
  );
  return UNKNOWN_STREAM;
}

/** `fdisk`, `sfdisk`, `sgdisk`, `parted`. */
export function runPartition(machine: Machine, call: Call): Stream {
  const { fields, name } = call;
  const given = (...names: readonly string[]) => fields.some(({ text }) => names.includes(text));
  if (
    given('--help', '--version', '-h', '-V') ||
    (name === 'sgdisk' && given('-v')) ||
    fields.some(
      ({ text }) =>
        /^(?:-l|--list|--print|-p|-x|--list-types|--dump|-d|-J|--json|-s|--show-size|--verify|-i|--info.*)$/.test(
          text,
        ) &&
        !(text === '-d' && name === 'gdisk') &&
        !(text === '-s' && name === 'parted'),
    )
  ) {
    machine.effect('privilege', name);
    return UNKNOWN_STREAM;
  }
  machine.effect('privilege', name);
  const orders = orderOf(name, call);
  if (orders === 'show') return UNKNOWN_STREAM;
  const device = fields.find(({ text }) => text.startsWith('/dev/'))?.text ?? 'the disk';
  if (orders === 'change') {
    machine.effect('write', shown(device), false);
    machine.find(DANGEROUS, 'partition', `Changes the partitions of ${shown(device)} at once.`, call);
  } else
    machine.find(
      CAUTION,
      'partition',
      `Opens the partition table of ${shown(device)}; nothing is written before you say so.`,
      call,
    );
  return UNKNOWN_STREAM;
}

function orderOf(name: string, { fields, stdin }: Call): 'show' | 'change' | 'ask' {
  if (name === 'parted') {
    const words = [...fields.map(({ text }) => text), ...(stdin.text?.split(/\s+/) ?? [])].filter(
      (text) => !text.startsWith('-') && !text.startsWith('/dev/'),
    );
    if (
      words.some((word) =>
        /^(?:mklabel|mktable|mkpart|mkpartfs|rm|resizepart|resize|move|set|toggle|name|disk_set|type|rescue|cp)$/.test(
          word,
        ),
      )
    )
      return 'change';
    return words.length === 0 ? 'ask' : 'show';
  }
  if (name === 'sgdisk') return 'change';
  if (fields.some(({ text }) => /^--(?:delete|wipe|zap)/.test(text))) return 'change';
  if (name === 'sfdisk' && stdin !== UNKNOWN_STREAM) return 'change';
  if (stdin.text !== undefined && /[\n ]?w\b/.test(stdin.text)) return 'change';
  return 'ask';
}

/** `mkfs -n` means "do not" for ext only; elsewhere it names the volume. */
export function runFormat(machine: Machine, call: Call): Stream {
  const { name, fields } = call;
  const type =
    /^mkfs\.(.+)$/.exec(name)?.[1] ??
    (fields[0]?.text === '-t'
      ? fields[1]?.text
      : fields.find(({ text }) => text.startsWith('--type='))?.text.slice(7)) ??
    (name === 'mke2fs' ? 'ext2' : '');
  const dry = /^ext|^$/.test(type)
    ? fields.some(({ text }) => text === '-n')
    : fields.some(({ text }) => text === '-N' && type === 'xfs');
  if (dry || fields.some(({ text }) => /^(?:-V|--help|--version|--dry-run)$/.test(text))) {
    machine.effect('read', name);
    return UNKNOWN_STREAM;
  }
  const device = fields.findLast(({ text }) => !text.startsWith('-'));
  machine.effect('privilege', name);
  machine.effect('write', shown(device?.text ?? name), false);
  const image =
    device !== undefined &&
    !device.text.startsWith('/dev/') &&
    /\.(?:img|iso|qcow2|raw|bin)$/.test(device.text);
  machine.find(
    image ? CAUTION : DANGEROUS,
    'format',
    `Makes a new file system on ${shown(device?.text ?? 'a device')}: what was there is lost.`,
    call,
  );
  return UNKNOWN_STREAM;
}

/** Compressors replace their input; what they write can be had back. */
export function runSqueeze(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'h', 'version', 'V', 'L')) return NOTHING;
  const out = options.some(({ meaning }) => meaning === 'quiet');
  const output = optionValue(options, 'o', 'output');
  if (output) written(machine, output, { mode: 'replace', span: call });
  let taint = operands.length === 0 ? call.stdin.taint : 0;
  for (const field of operands) {
    taint |= read(machine, field, call).taint;
    if (!out && !output) written(machine, field, { mode: 'create', span: call });
  }
  return tainted(taint);
}

/** Copies of whole disks. */
export function runImage(machine: Machine, call: Call, spec: Spec): Stream {
  apply(machine, call, { ...spec, does: 'privilege' });
  for (const { text } of call.fields)
    if (
      /^\/dev\//.test(text) &&
      call.fields.some((field) => field.text === text) &&
      call.fields.findIndex((field) => field.text === text) > 0
    )
      machine.find(DANGEROUS, 'write-device', `May write over the device ${text}.`, call);
  return UNKNOWN_STREAM;
}
