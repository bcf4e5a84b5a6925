import { describeGuarantees } from './guarantees.js';
import { describeWholeWay } from './whole-way.js';

describeWholeWay('postgres');
describeGuarantees('postgres');
