import { describeProviderContract } from './provider-contract.js';
import { makeTwilioLab } from './twilio/twilio-lab.js';

describeProviderContract('Twilio', () => makeTwilioLab());
