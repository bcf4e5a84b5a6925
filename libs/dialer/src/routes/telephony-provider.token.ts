/** Token under which an app provides the engine's `TelephonyProvider`. */
export const TELEPHONY_PROVIDER = Symbol('TelephonyProvider');
