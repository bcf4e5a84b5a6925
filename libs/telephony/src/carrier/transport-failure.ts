import { foreignText } from '#runtime/foreign-text.js';

interface TransportError {
  readonly code?: string;
  readonly syscall?: string;
  readonly message?: string;
  /** Errors of the single addresses of a host that has several. */
  readonly errors?: readonly TransportError[];
}

/**
 * Codes with which Node distrusts the other side's certificate. Node sends a request only after it trusts the
 * certificate.
 */
const UNTRUSTED = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|ERR_TLS_CERT_)/;

/** Codes of requests that Node does not try to send: an invalid address, or characters that no header may have. */
const UNSENDABLE = /^ERR_(INVALID_(CHAR|URL|PROTOCOL|HTTP_TOKEN)|UNESCAPED_CHARACTERS|HTTP_INVALID_HEADER_VALUE)$/;

/** Tells if no host could be sent such a request. The settings are then at fault. */
export function isUnsendable(error: unknown): boolean {
  return UNSENDABLE.test(((error ?? {}) as TransportError).code ?? '');
}

/** Tells if the failure came before a connection was open, so that certainly nothing was sent. */
export function isCertainlyUnsent(error: unknown): boolean {
  const { errors, code, syscall } = (error ?? {}) as TransportError;
  if (errors && errors.length > 0) return errors.every(isCertainlyUnsent);
  return syscall === 'connect' || syscall === 'getaddrinfo' || UNTRUSTED.test(code ?? '') || isUnsendable(error);
}

/** Returns the failure's code, or else its message. */
export function causeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as TransportError;
  return foreignText(typeof code === 'string' ? code : message || error);
}
