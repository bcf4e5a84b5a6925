import { makeCarrierLab } from './carrier/carrier-lab.js';
import { describeProviderContract } from './provider-contract.js';

describeProviderContract('The simulated carrier over HTTP', makeCarrierLab);
