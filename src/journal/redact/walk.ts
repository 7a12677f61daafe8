/**
 * Reaches every string of a message by its protobuf descriptor and replaces it; a message type is compiled once.
 * It exists so that a field added to the contract tomorrow is scanned without anyone thinking of it.
 * Invariant: copy on write. The message passed in is never changed; when nothing changes, it is returned itself.
 */
import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { FieldMode } from './policy.js';

/** Replaces one string; returns the same one to leave it. */
export type Replace = (text: string, mode: FieldMode) => string;

type Plain = Record<string, unknown>;
type Step = (message: Plain, replace: Replace) => unknown;
interface Compiled {
  readonly fields: readonly { readonly name: string; readonly step: Step }[];
}

/** Makes the walker of one message type. `modeOf` is asked once for each field. */
export function compileWalk(
  root: DescMessage,
  modeOf: (typeName: string, field: string) => FieldMode,
): <T extends object>(message: T, replace: Replace) => T {
  const compiled = new Map<string, Compiled>();

  const compile = (desc: DescMessage): Compiled => {
    const known = compiled.get(desc.typeName);
    if (known) return known;
    const fields: { name: string; step: Step }[] = [];
    const result: Compiled = { fields };
    compiled.set(desc.typeName, result);
    for (const member of desc.members) {
      if (member.kind === 'oneof') {
        const cases = new Map<string, (value: unknown, replace: Replace) => unknown>();
        for (const field of member.fields) {
          const change = ofValue(field, modeOf(desc.typeName, field.name));
          if (change) cases.set(field.localName, change);
        }
        fields.push({
          name: member.localName,
          step: (message, replace) => oneof(message[member.localName], cases, replace),
        });
        continue;
      }
      const change = ofField(member, modeOf(desc.typeName, member.name));
      if (change)
        fields.push({ name: member.localName, step: (m, replace) => change(m[member.localName], replace) });
    }
    return result;
  };

  const ofField = (field: DescField, mode: FieldMode) => {
    if (field.fieldKind === 'list') {
      const item = ofKind(field.listKind, field.scalar, field.message, mode);
      return item && ((value: unknown, replace: Replace) => list(value, item, replace));
    }
    if (field.fieldKind === 'map') {
      const item = ofKind(field.mapKind, field.scalar, field.message, mode);
      return (value: unknown, replace: Replace) =>
        map(value, field.mapKey === ScalarType.STRING ? mode : undefined, item, replace);
    }
    return ofValue(field, mode);
  };
  const ofValue = (field: DescField, mode: FieldMode) =>
    field.fieldKind === 'list' || field.fieldKind === 'map'
      ? undefined
      : ofKind(field.fieldKind, field.scalar, field.message, mode);
  const ofKind = (
    kind: 'scalar' | 'enum' | 'message',
    scalar: ScalarType | undefined,
    message: DescMessage | undefined,
    mode: FieldMode,
  ): ((value: unknown, replace: Replace) => unknown) | undefined => {
    if (message) {
      const inner = compile(message);
      return (value, replace) => (value === undefined ? value : apply(value as Plain, inner, replace));
    }
    if (kind !== 'scalar') return undefined;
    if (scalar === ScalarType.STRING) return (value, replace) => replace(value as string, mode);
    if (scalar === ScalarType.BYTES) return (value, replace) => bytes(value, replace);
    return undefined;
  };

  const start = compile(root);
  return (message, replace) =>
    apply(message as unknown as Plain, start, replace) as unknown as typeof message;
}

function apply(message: Plain, { fields }: Compiled, replace: Replace): Plain {
  let copy: Plain | undefined;
  for (const { name, step } of fields) {
    const before = message[name];
    if (before === undefined || before === '') continue;
    const after = step(message, replace);
    if (after === before) continue;
    copy ??= Object.assign(Object.create(Object.getPrototypeOf(message)) as Plain, message);
    copy[name] = after;
  }
  return copy ?? message;
}

function oneof(
  value: unknown,
  cases: ReadonlyMap<string, (value: unknown, replace: Replace) => unknown>,
  replace: Replace,
): unknown {
  const data = value as { readonly case?: string; readonly value?: unknown };
  const change = data.case === undefined ? undefined : cases.get(data.case);
  if (!change) return value;
  const after = change(data.value, replace);
  return after === data.value ? value : { case: data.case, value: after };
}

function list(
  value: unknown,
  item: (value: unknown, replace: Replace) => unknown,
  replace: Replace,
): unknown {
  const before = value as unknown[];
  let copy: unknown[] | undefined;
  for (let i = 0; i < before.length; i += 1) {
    const after = item(before[i], replace);
    if (after === before[i]) continue;
    copy ??= before.slice();
    copy[i] = after;
  }
  return copy ?? before;
}

function map(
  value: unknown,
  keyMode: FieldMode | undefined,
  item: ((value: unknown, replace: Replace) => unknown) | undefined,
  replace: Replace,
): unknown {
  const before = value as Plain;
  let changed = false;
  const copy: Plain = {};
  for (const key of Object.keys(before)) {
    const name = keyMode ? replace(key, keyMode) : key;
    const after = item ? item(before[key], replace) : before[key];
    changed ||= name !== key || after !== before[key];
    copy[name] = after;
  }
  return changed ? copy : before;
}

/** Bytes may hold text: seen as Latin-1, where every byte is one character. */
function bytes(value: unknown, replace: Replace): unknown {
  const before = Buffer.from(value as Uint8Array).toString('latin1');
  const after = replace(before, 'text');
  return after === before ? value : new Uint8Array(Buffer.from(after, 'latin1'));
}
