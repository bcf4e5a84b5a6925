import ts from 'typescript';
import { placeOf, walk } from './sources.mjs';

const LEVELS = new Set(['log', 'info', 'warn', 'error', 'debug', 'verbose', 'fatal', 'trace']);

/** Calls of `String(error)`, which lose an error's stack. */
export function stringifiedErrors(source) {
  return calls(source, (call) => {
    const [argument] = call.arguments;
    const isString = ts.isIdentifier(call.expression) && call.expression.text === 'String';
    return isString && argument !== undefined && /^(\w*[eE]rror|err|e|cause)$/.test(argument.getText(source.tree));
  });
}

/** Calls of a logger, with whether the first argument is text put together from values. */
export function logCalls(source) {
  return calls(source, (call) => {
    const { expression } = call;
    if (!ts.isPropertyAccessExpression(expression) || !LEVELS.has(expression.name.text)) return false;
    return /(^|\.|\b)(\w*[lL]ogger|log)$/.test(expression.expression.getText(source.tree));
  }).map((place) => ({ ...place, isText: isPutTogether(place.call.arguments[0]) }));
}

function isPutTogether(argument) {
  if (argument === undefined) return false;
  if (ts.isConditionalExpression(argument))
    return isPutTogether(argument.whenTrue) || isPutTogether(argument.whenFalse);
  return ts.isTemplateExpression(argument) || (isSum(argument) && hasText(argument) && !isConstant(argument));
}

const isSum = (node) => ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;

const hasText = (node) =>
  isSum(node)
    ? hasText(node.left) || hasText(node.right)
    : ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

/** Tells a text that is only broken into several lines. */
const isConstant = (node) =>
  isSum(node) ? isConstant(node.left) && isConstant(node.right) : ts.isStringLiteralLike(node);

function calls(source, isCounted) {
  const found = [];
  walk(source.tree, (node) => {
    if (!ts.isCallExpression(node) || !isCounted(node)) return;
    const text = node.getText(source.tree).split('\n')[0].slice(0, 80);
    found.push({ ...placeOf(source, node, text), call: node });
  });
  return found;
}
