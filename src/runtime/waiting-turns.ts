/**
 * Who waits for a server, and whose turn is next: by priority, and round robin over sessions within one.
 * It exists apart from the router so that its order can be checked against a plain model.
 * Invariant: within a session and priority, first come first served; every operation but `newest` takes constant time, overload included.
 */

/** What is served first: a person or agent that waits; then questions nobody stares at; then chores. */
export const priorities = ['interactive', 'background', 'chore'] as const;
export type Priority = (typeof priorities)[number];

/** One that waits. */
export interface Turn {
  readonly session: Session;
  readonly priority: Priority;
  go(): void;
  shed(): void;
}

/** One session's share of a server: how many of its calls run, and what waits. Kept while there is either. */
export interface Session {
  readonly key: string;
  running: number;
  readonly lines: Record<Priority, Line>;
}

/** What of one session waits in one priority; a link of that priority's ring while it is somebody's turn there. */
interface Line {
  readonly session: Session;
  readonly turns: Set<Turn>;
  next: Line | undefined;
  previous: Line | undefined;
  linked: boolean;
}

export function newSession(key: string): Session {
  const lines = {} as Record<Priority, Line>;
  const session: Session = { key, running: 0, lines };
  for (const priority of priorities)
    lines[priority] = { session, turns: new Set(), next: undefined, previous: undefined, linked: false };
  return session;
}

/** The sessions of one priority that may go, in the order of their turns. */
class Ring {
  head: Line | undefined;
  #tail: Line | undefined;

  append(line: Line): void {
    line.linked = true;
    line.previous = this.#tail;
    line.next = undefined;
    if (this.#tail) this.#tail.next = line;
    else this.head = line;
    this.#tail = line;
  }

  remove(line: Line): void {
    if (!line.linked) return;
    line.linked = false;
    if (line.previous) line.previous.next = line.next;
    else this.head = line.next;
    if (line.next) line.next.previous = line.previous;
    else this.#tail = line.previous;
    line.next = undefined;
    line.previous = undefined;
  }
}

/** The lines of one priority by how many wait in them. A line grows and shrinks by one, so the longest is always at hand. */
class LinesByLength {
  readonly #lines: Set<Line>[] = [];
  #most = 0;

  /** A line has got or lost one; call it after the change, with the length before. */
  changed(line: Line, before: number): void {
    const after = line.turns.size;
    this.#lines[before]?.delete(line);
    if (after > 0) {
      this.#lines[after] ??= new Set();
      this.#lines[after].add(line);
    }
    this.#most = Math.max(this.#most, after);
    while (this.#most > 0 && !this.#lines[this.#most]?.size) this.#most -= 1;
  }

  /** One of the longest. */
  get longest(): Line | undefined {
    const [line] = this.#lines[this.#most] ?? [];
    return line;
  }
}

export class WaitingTurns {
  readonly #rings: Record<Priority, Ring> = {
    interactive: new Ring(),
    background: new Ring(),
    chore: new Ring(),
  };
  /** Lines with somebody in them, whether it is their turn or their session has enough running. */
  readonly #lengths: Record<Priority, LinesByLength> = {
    interactive: new LinesByLength(),
    background: new LinesByLength(),
    chore: new LinesByLength(),
  };
  readonly #share: number;
  #size = 0;

  /** @param share calls one session may have running while it waits for more. */
  constructor(share: number) {
    this.#share = share;
  }

  get size(): number {
    return this.#size;
  }

  add(turn: Turn): void {
    const line = turn.session.lines[turn.priority];
    line.turns.add(turn);
    this.#size += 1;
    this.#lengths[turn.priority].changed(line, line.turns.size - 1);
    this.#place(line, turn.priority);
  }

  /** Takes out one that no longer waits; false when it did not. */
  remove(turn: Turn): boolean {
    const line = turn.session.lines[turn.priority];
    if (!line.turns.delete(turn)) return false;
    this.#size -= 1;
    this.#lengths[turn.priority].changed(line, line.turns.size + 1);
    if (line.turns.size === 0) this.#rings[turn.priority].remove(line);
    return true;
  }

  /** Whose turn it is; taken out. Count it as running before the next is taken. */
  take(): Turn | undefined {
    for (const priority of priorities) {
      const ring = this.#rings[priority];
      const line = ring.head;
      const [turn] = line?.turns ?? [];
      if (!line || !turn) continue;
      ring.remove(line);
      this.remove(turn);
      if (line.turns.size > 0) ring.append(line);
      return turn;
    }
    return undefined;
  }

  /** A session's number of running calls has changed: it has its turn, or has it no more. */
  reconsider(session: Session): void {
    for (const priority of priorities) this.#place(session.lines[priority], priority);
  }

  /** The longest line of the lowest priority that is waited in: where to shed first. */
  longest(): { readonly session: Session; readonly priority: Priority } | undefined {
    for (const priority of priorities.toReversed()) {
      const line = this.#lengths[priority].longest;
      if (line) return { session: line.session, priority };
    }
    return undefined;
  }

  /** Who came last to a line. */
  newest(session: Session, priority: Priority): Turn | undefined {
    return [...session.lines[priority].turns].at(-1);
  }

  #place(line: Line, priority: Priority): void {
    const ring = this.#rings[priority];
    const due = line.turns.size > 0 && line.session.running < this.#share;
    if (due && !line.linked) ring.append(line);
    else if (!due && line.linked) ring.remove(line);
  }
}
