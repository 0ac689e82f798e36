// Lines of [expression, data] -> lines of what certlogic-js makes of them. Its folder is the argument.
"use strict";
const [, , folder] = process.argv;
const internals = require(folder + "/dist/internals");
const { evaluate } = require(folder + "/dist/evaluator");
const { validateFormat } = require(folder + "/dist/validation/format-validator");
const { desugar } = require(folder + "/dist/misc/desugar");

// Letters of a text and the length of arrays can be reached by a path here, but not by CertLogic.
let beyond = false;
const access = internals.access;
internals.access = (data, path) => {
  const steps = path === "" ? [] : path.split(".");
  for (let count = 0; count < steps.length; count++) {
    const value = access(data, steps.slice(0, count).join("."));
    beyond ||= typeof value === "string" || (Array.isArray(value) && steps[count] === "length");
  }
  return access(data, path);
};

const shape = (value) => {
  if (value instanceof Date) return { moment: isNaN(value) ? "impossible" : value.toISOString() };
  if (Array.isArray(value)) return { array: value.map(shape) };
  if (value === null || typeof value !== "object") return value;
  return { object: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item)])) };
};

// It can't desugar null.
const desugared = (expression) => {
  try {
    return { desugared: desugar(expression) };
  } catch {
    return {};
  }
};

const outcome = (expression, data) => {
  try {
    return { value: shape(evaluate(expression, data)) };
  } catch (error) {
    return { error: error.message };
  }
};

for (const line of require("fs").readFileSync(0, "utf8").split("\n")) {
  if (!line) continue;
  const [expression, data] = JSON.parse(line);
  beyond = false;
  const found = outcome(expression, data);
  const issues = validateFormat(expression).map(({ expr, message }) => [expr, message]);
  console.log(JSON.stringify({ ...found, beyond, issues, ...desugared(expression) }));
}
