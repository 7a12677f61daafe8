/**
 * A JSON Schema as plain data.
 * It exists as a leaf that declarations, listings and questions share.
 * Invariant: dialect 2020-12, the default of both revisions.
 */
export type JsonSchema = Readonly<Record<string, unknown>>;
