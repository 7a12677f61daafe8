/**
 * What results are made of: text, images, sounds, links to resources and resources themselves; and icons.
 * It exists because tools, prompts and sampling speak of content in the same words.
 * Invariant: shapes as the specification gives them (schema, ContentBlock); binary data is base64.
 */

/** An image a client may show beside a name. */
export interface Icon {
  /** `https:` or `data:` URI. */
  readonly src: string;
  readonly mimeType?: string;
  /** e.g. `48x48`, or `any` for a vector image. */
  readonly sizes?: readonly string[];
  readonly theme?: 'light' | 'dark';
}

/** What a resource holds: text, or base64 of bytes. */
export type ResourceContents =
  | { readonly uri: string; readonly mimeType?: string; readonly text: string }
  | { readonly uri: string; readonly mimeType?: string; readonly blob: string };

export type Content =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
  | { readonly type: 'resource'; readonly resource: ResourceContents }
  | {
      readonly type: 'resource_link';
      readonly uri: string;
      readonly name: string;
      readonly description?: string;
      readonly mimeType?: string;
    };
