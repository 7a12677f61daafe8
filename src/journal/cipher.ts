/**
 * AES-256-GCM over a block's payload, where the user gave a key.
 * It exists so that a stolen disk shows nothing; the header is authenticated with it, so blocks cannot change places.
 * Invariant: a nonce is 96 random bits, never derived from a sequence: after a cut the same sequence is written again with other bytes.
 *
 * With one random nonce a block NIST SP 800-38D allows 2^32 blocks a key; each journal derives its own key (HKDF, salted by
 * the journal's random id), so that limit is a journal's, not a user's.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { LmcpError } from '../errors/index.js';

export const nonceBytes = 12;
export const tagBytes = 16;

export interface Cipher {
  /** Ciphertext followed by its tag (16 bytes). */
  seal(payload: Uint8Array, nonce: Uint8Array, header: Uint8Array): Uint8Array;
  /** @throws Error when key, header or bytes do not fit each other. */
  open(sealed: Uint8Array, nonce: Uint8Array, header: Uint8Array): Uint8Array;
}

/** @throws LMCP_USAGE when the key is not 32 bytes long. */
export function createCipher(key: Uint8Array, journalId: Uint8Array): Cipher {
  if (key.length !== 32) throw new LmcpError('LMCP_USAGE', 'The journal key must be 32 bytes long.');
  const own = new Uint8Array(hkdfSync('sha256', key, journalId, 'lmcp journal block', 32));
  return {
    seal(payload, nonce, header) {
      const cipher = createCipheriv('aes-256-gcm', own, nonce).setAAD(header);
      return Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, nonce, header) {
      const split = sealed.length - tagBytes;
      if (split < 0) throw new Error('shorter than its tag');
      const decipher = createDecipheriv('aes-256-gcm', own, nonce, { authTagLength: tagBytes });
      decipher.setAAD(header).setAuthTag(sealed.subarray(split));
      return Buffer.concat([decipher.update(sealed.subarray(0, split)), decipher.final()]);
    },
  };
}
