import { foreignText } from '#runtime/foreign-text.js';

interface TransportError {
  readonly code?: string;
  readonly syscall?: string;
  readonly message?: string;
  /** One for each address of a host that has several. */
  readonly errors?: readonly TransportError[];
}

/** What Node says when it trusts no certificate of the other side; it holds the request back until it does. */
const UNTRUSTED = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|ERR_TLS_CERT_)/;

/**
 * What Node says of a request that it does not even try to send: an address that is none, or what cannot stand in a
 * header.
 */
const UNSENDABLE = /^ERR_(INVALID_(CHAR|URL|PROTOCOL|HTTP_TOKEN)|UNESCAPED_CHARACTERS|HTTP_INVALID_HEADER_VALUE)$/;

/** Could no request like this one be sent to anybody? Then it is the settings that are to blame. */
export function isUnsendable(error: unknown): boolean {
  return UNSENDABLE.test(((error ?? {}) as TransportError).code ?? '');
}

/** Did this failure come before a connection was there, so that certainly nothing was sent? */
export function isCertainlyUnsent(error: unknown): boolean {
  const { errors, code, syscall } = (error ?? {}) as TransportError;
  if (errors && errors.length > 0) return errors.every(isCertainlyUnsent);
  return syscall === 'connect' || syscall === 'getaddrinfo' || UNTRUSTED.test(code ?? '') || isUnsendable(error);
}

/** A failure in a word, where it has one. */
export function causeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as TransportError;
  return foreignText(typeof code === 'string' ? code : message || error);
}
