/**
 * A text with every character shown that a screen would act on, or show in another order.
 * It exists because a person must see the whole of what is agreed to: a carriage return can hide a command's beginning.
 * Invariant: what is shown has no control, format or separator character (Unicode Cc, Cf, Zl, Zp).
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}
