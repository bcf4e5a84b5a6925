import { x } from '#rules/probe.js'; console.log(x);
