/**
 * Which workspaces a server was last asked about, so that they are opened again before they are asked for.
 * It exists because opening one from its snapshot is most of what a restart costs its callers.
 * Invariant: bounded; the latest is first.
 */

export interface RecentWorkspace {
  readonly workspace: string;
  readonly root?: string;
}

const KEPT = 4;

export class RecentWorkspaces {
  #recent: readonly RecentWorkspace[] = [];

  get list(): readonly RecentWorkspace[] {
    return this.#recent;
  }

  /** Called with each request: costs a comparison while it is the same one. */
  use(workspace: string, root: string | undefined): void {
    const latest = this.#recent[0];
    if (latest?.workspace === workspace && latest.root === root) return;
    const others = this.#recent.filter((it) => it.workspace !== workspace || it.root !== root);
    this.#recent = [{ workspace, ...(root !== undefined && { root }) }, ...others].slice(0, KEPT);
  }
}
