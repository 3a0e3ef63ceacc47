/** Proves that what goes wrong is told in a sentence that says what to do. */
import { expect, it } from "vitest";
import { SetUpProblem, asProblem, problemOf } from "./problem.mjs";

it.each([
  ["npm error code ENOSPC\nnpm error nospc write", /disk is full/],
  ["npm error code EROFS\nnpm error rofs", /cannot be written to/],
  ["Error: EACCES: permission denied, mkdir '/x'", /belongs to somebody else/],
  ["npm error code ECONNREFUSED", /registry could not be reached.*online/],
  ["npm error code ENOTFOUND", /registry could not be reached/],
  ["npm error code EAI_AGAIN", /registry could not be reached/],
  ["npm error code E404\nnpm error 404 Not Found", /registry in use does not have/],
  ["npm error code ETARGET", /registry in use does not have/],
  ["npm error code E403", /registry in use refuses us/],
  ["npm error code EINTEGRITY", /arrived damaged/],
  ["npm error code EUSAGE", /disagree/],
])("%j is told as %s", (output, words) => {
  const { message } = problemOf("Installing the packages", output);
  expect(message).toMatch(/^Installing the packages failed\. /);
  expect(message).toMatch(words);
});

it("a full disk is told as that, whatever else npm complains about", () => {
  expect(problemOf("X", "ENOTEMPTY EPERM network ENOSPC").message).toMatch(/disk is full/);
});

it("an unknown failure shows what the program said", () => {
  const problem = problemOf("Installing the packages", "something new");
  expect(problem.details).toBe("something new");
});

it("a problem already put into words stays as it is", () => {
  const problem = new SetUpProblem("In words.");
  expect(asProblem("X", problem)).toBe(problem);
});
