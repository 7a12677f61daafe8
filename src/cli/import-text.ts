/**
 * What `lmcp import` tells of an import: how much, into what, and what was left out for which reason.
 * It exists apart so that the words can be tested without a daemon.
 * Invariant: every event or command of the file is accounted for.
 */

const reasons = {
  otherJournal:
    'speak of another journal (moved heads, tags, what was forgotten or dropped there): not taken',
  otherAudit: 'are the audit of another instance (plans, approvals, actions): not taken',
  otherReceipt: 'are predictions that were not made here, or feedback on them: not taken',
  held: 'are in the journal already: not taken again',
  forgotten: 'were forgotten here: not brought back',
  elsewhere: 'ran outside this workspace: not taken',
  tooLong: 'are longer than 32,768 characters: not taken',
};

function counts(value: unknown): Readonly<Record<string, number>> {
  return (value ?? {}) as Readonly<Record<string, number>>;
}

/** A line for each reason why events, or commands, of the file were left out. */
export function skippedText({ skipped, redacted }: Readonly<Record<string, unknown>>): string[] {
  const things = redacted === undefined ? 'events' : 'commands';
  const by = counts(skipped);
  return Object.entries(reasons).flatMap(([reason, text]) =>
    by[reason] === undefined ? [] : [`${by[reason].toLocaleString('en')} ${things} ${text}`],
  );
}

/** The last line of an import, the one that counts first. */
export function importedText(line: Readonly<Record<string, unknown>>): string[] {
  const { imported, workspace, dryRun, redacted, from, to } = line;
  if (redacted === undefined) return [`imported ${imported} events into ${workspace}`, ...skippedText(line)];
  const number = Number(imported).toLocaleString('en');
  const day = (time: unknown) => String(time).slice(0, 10);
  return [
    `${dryRun ? 'would import' : 'imported'} ${number} ${number === '1' ? 'command' : 'commands'} into ${workspace}${from ? `, of ${day(from)} … ${day(to)}` : ''}`,
    ...(Number(redacted) > 0
      ? [`${Number(redacted).toLocaleString('en')} of them hold secrets: kept without them`]
      : []),
    ...skippedText(line),
  ];
}
