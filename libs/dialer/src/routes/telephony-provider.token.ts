/** Under this token an app gives the engine its `TelephonyProvider`. */
export const TELEPHONY_PROVIDER = Symbol('TelephonyProvider');
