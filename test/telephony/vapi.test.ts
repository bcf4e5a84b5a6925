import { describeProviderContract } from './provider-contract.js';
import { makeVapiLab } from './vapi/vapi-lab.js';

describeProviderContract('Vapi', () => makeVapiLab());
