/**
 * One workspace inside one server thread: its learners, its adapters, its share of the capture budget.
 * It exists so that tools get a `Workspace` that looks the same in every server.
 * Invariant: nothing here writes to a learner; all change goes through the journal.
 */

import { randomBytes } from 'node:crypto';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { LmcpError } from '../errors/index.js';
import { createUlids } from '../journal/index.js';
import type { AnyLearner } from '../learning/index.js';
import { type Payload, payloadOf } from '../proto/index.js';
import type { CaptureBudget } from './capture-budget.js';
import { CheckedOutBranch, folderIn } from './checked-out-branch.js';
import type { AdapterHandle, AdapterServices, DomainServer } from './domain-server.js';
import type { JournalClient } from './journal-client.js';
import { LearnerHost } from './learner-host.js';
import type { JobRequest, Progress } from './messages.js';
import type { Slowly } from './pulse.js';
import type { Captured, DoneAt, EventInit, ReceiptInit, StateValue, Workspace } from './services.js';
import { StateMap } from './state-map.js';
import { VersionControl } from './versions/version-control.js';

export interface WorkspaceHostOptions {
  readonly id: string;
  readonly root: string | null;
  readonly server: DomainServer;
  readonly journal: JournalClient;
  readonly budget: CaptureBudget;
  readonly now: () => number;
  readonly job: (
    request: JobRequest,
    signal: AbortSignal,
    onProgress?: (p: Progress) => void,
  ) => Promise<unknown>;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
  readonly slowly: Slowly;
}

/** Working trees of one workspace that are followed at once. */
const PLACES = 8;
/** What all sessions of a workspace may keep in one server thread. */
const STATE_BOUNDS = { maxEntries: 10_000, maxBytes: 8 * 2 ** 20 };
/** Dropped captures are counted into the journal this often, in milliseconds. */
const DROPPED_EVERY_MS = 10_000;

export class WorkspaceHost implements Workspace {
  readonly id: string;
  readonly root: string | null;
  readonly state: StateMap<StateValue>;
  readonly #options: WorkspaceHostOptions;
  readonly #learners: LearnerHost;
  readonly versions: VersionControl;
  readonly #stop = new AbortController();
  /** Root → its adapters; the first is the primary one. */
  readonly #places = new Map<string, readonly AdapterHandle[]>();
  readonly #branch = new CheckedOutBranch(() => performance.now());
  #progress: Progress | null = null;
  #isOpened = false;
  #droppedAt = 0;
  readonly #newId: () => string;

  constructor(options: WorkspaceHostOptions) {
    this.id = options.id;
    this.root = options.root;
    this.#options = options;
    // A laptop that slept ends a session's context: the wall clock is the right one here.
    this.state = new StateMap({ ...STATE_BOUNDS, sizeOf: sizeOfState, now: options.now });
    this.#newId = createUlids(options.now, (size) => randomBytes(size));
    const { id: workspace, journal, server, now, log, slowly } = options;
    const source = { workspace, journal, now, log, slowly };
    this.#learners = new LearnerHost({ ...source, learners: server.learners });
    this.versions = new VersionControl(source, this.#learners);
  }

  async start(): Promise<void> {
    await this.#learners.start();
    if (this.root !== null) this.attach(this.root);
  }

  /** Begins to follow a working tree of this workspace, unless it is followed already. */
  attach(root: string): void {
    if (this.#places.has(root)) return;
    if (this.#places.size >= PLACES) {
      this.#options.log('warn', `${root} is not followed: ${this.id} has ${PLACES} working trees already.`);
      return;
    }
    const place = { root, primary: this.#places.size === 0 };
    const adapters = this.#options.server.adapters.map((adapter) =>
      adapter.start(this.#adapterServices(), place),
    );
    for (const adapter of adapters) adapter.ready.catch(() => undefined);
    this.#places.set(root, adapters);
    this.#isOpened = false;
  }

  /** Resolves when the adapters' first import is done and its events are folded. @throws what the import failed with */
  async opened(): Promise<void> {
    await Promise.all([...this.#places.values()].flat().map((adapter) => adapter.ready));
    const last = (await this.#options.journal.open(this.id)).last;
    await this.#learners.folded(last);
    this.#isOpened = true;
  }

  get isReady(): boolean {
    return this.#isOpened;
  }

  async ready(atMost: number, signal: AbortSignal): Promise<boolean> {
    if (this.#isOpened || signal.aborted) return this.#isOpened;
    let give: () => void = () => undefined;
    const patience = new Promise<void>((resolve) => {
      give = resolve;
    });
    const timer = setTimeout(give, atMost);
    signal.addEventListener('abort', give, { once: true });
    // A failed import is told by the adapter's log and by `lmcp learn`; a question is answered all the same.
    await Promise.race([this.opened().catch(() => undefined), patience]);
    clearTimeout(timer);
    signal.removeEventListener('abort', give);
    return this.#isOpened;
  }

  /** Before each call: adapters look whether the world moved. */
  touch(): void {
    for (const adapters of this.#places.values()) for (const adapter of adapters) adapter.touch();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const adapter of [...this.#places.values()].flat()) adapter.stop();
    this.#countDropped(true);
    this.#options.journal.flush(this.id);
    await this.versions.idle();
    await this.#learners.stop();
  }

  get learners(): LearnerHost {
    return this.#learners;
  }

  get offset(): number {
    return this.#learners.offset;
  }

  get learning(): Progress | null {
    if (this.#progress) return this.#progress;
    const { offset, target } = this.#learners;
    return offset < target ? { what: 'learning from the journal', done: offset, total: target } : null;
  }

  learner<L extends AnyLearner>(task: string): L {
    const found = this.#learners.learner(task);
    if (!found) throw new LmcpError('LMCP_INTERNAL', `No learner answers for "${task}" in this server.`);
    return found as L;
  }

  append(events: readonly EventInit[]): Promise<number> {
    return this.#options.journal.append(
      this.id,
      events.map((event) => this.#stamp(event)),
    );
  }

  note(event: EventInit): void {
    this.#options.journal.note(this.id, [this.#stamp(event)]);
  }

  folded(sequence: number, signal?: AbortSignal): Promise<void> {
    return this.#learners.folded(sequence, signal);
  }

  async findReceipt(prediction: string): Promise<Payload<'predictionMade'> | null> {
    const stored = await this.#options.journal.receipt(this.id, prediction);
    return (stored && payloadOf(stored.event, 'predictionMade')) ?? null;
  }

  receipt(receipt: ReceiptInit): string | null {
    const prediction = this.#newId();
    const { kept, weight } = this.#options.budget.admit(prediction);
    if (!kept) {
      this.#countDropped(false);
      return null;
    }
    const { expiresInMs, mode, ranked, question, distribution, baseline, values, ...rest } = receipt;
    this.note({
      source: 'mcp',
      data: {
        case: 'predictionMade',
        value: {
          ...rest,
          prediction,
          model: `${receipt.model}/${mode}`,
          stateOffset: BigInt(this.#learners.offsetOf(receipt.task)),
          expiresAt: timestampFromMs(this.#options.now() + expiresInMs),
          sampleWeight: weight,
          ranked: [...(ranked ?? [])],
          question: [...(question ?? [])],
          distribution: { ...distribution },
          baseline: { ...baseline },
          values: { ...values },
        },
      },
    });
    return prediction;
  }

  capture(at: DoneAt, describe: (captured: Captured) => EventInit): boolean {
    const id = this.#newId();
    const { kept, weight: sampleWeight } = this.#options.budget.admit(id);
    if (!kept) {
      this.#countDropped(false);
      return false;
    }
    const root = at.root === undefined ? this.root : at.root;
    const branch = root === null ? '' : this.#branch.of(root);
    this.note({ id, ...describe({ branch, cwd: folderIn(root, at.cwd), sampleWeight }) });
    return true;
  }

  /** Captures one finished call, within the budget; with others of the same moment, since there are many. */
  captureCall(interaction: {
    session: string;
    tool: string;
    subject?: string;
    ok: boolean;
    seconds: number;
    /** The working tree that the call named; the workspace's first when not given. */
    root?: string | undefined;
    /** The session's folder, absolute. */
    cwd?: string | undefined;
  }): void {
    const id = this.#newId();
    const { kept, weight } = this.#options.budget.admit(id);
    if (!kept) {
      this.#countDropped(false);
      return;
    }
    const nanos = Math.round((interaction.seconds % 1) * 1e9);
    const root = interaction.root ?? this.root;
    this.#options.journal.noteLater(this.id, [
      this.#stamp({
        id,
        source: 'mcp',
        data: {
          case: 'interactionFinished',
          value: {
            session: interaction.session,
            server: this.#options.server.surface.name,
            tool: interaction.tool,
            subject: interaction.subject ?? '',
            ok: interaction.ok,
            duration: { seconds: BigInt(Math.floor(interaction.seconds)), nanos },
            sampleWeight: weight,
            branch: root === null ? '' : this.#branch.of(root),
            cwd: folderIn(root, interaction.cwd),
          },
        },
      }),
    ]);
  }

  #stamp(event: EventInit): EventInit {
    const at = event.at ?? timestampFromMs(this.#options.now());
    return { ...event, at } as EventInit;
  }

  #countDropped(now: boolean): void {
    const at = this.#options.now();
    if (!now && at - this.#droppedAt < DROPPED_EVERY_MS) return;
    this.#droppedAt = at;
    const count = this.#options.budget.takeDropped();
    if (count > 0) {
      this.note({
        source: 'mcp',
        data: { case: 'captureDropped', value: { kind: 'mcp', count: BigInt(count) } },
      });
    }
  }

  #adapterServices(): AdapterServices {
    const { now, log, job } = this.#options;
    return {
      workspace: this,
      now,
      log,
      signal: this.#stop.signal,
      setLearning: (progress) => {
        this.#progress = progress;
      },
      job: (module, name, argument, onProgress) =>
        job({ module: module.href, name, workspace: this.id, argument }, this.#stop.signal, onProgress),
    };
  }
}

function sizeOfState(value: StateValue): number {
  if (typeof value === 'number') return 8;
  if (typeof value === 'string') return 2 * value.length;
  return value.reduce((sum: number, item) => sum + 16 + sizeOfState(item), 0);
}
