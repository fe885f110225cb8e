// Called by script/check-report: node check-report.js FILE.html... with BROWSER, and PICTURES where pictures are wanted.
"use strict";
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");
const { HtmlValidate } = require("html-validate");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const MOST_BYTES = 300000;
const validator = new HtmlValidate({ root: true, extends: ["html-validate:recommended", "html-validate:a11y"] });

async function validate(file) {
  const report = await validator.validateFile(file);
  return report.results.flatMap((result) =>
    result.messages.map((message) => `html-validate ${message.ruleId} at ${message.line}:${message.column}: ${message.message}`));
}

async function look(browser, file, scheme) {
  // The page's own policy forbids scripts, and the checker is one.
  const context = await browser.newContext({ colorScheme: scheme, bypassCSP: true, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const problems = [];
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) problems.push(`requests ${request.url()}`);
  });
  page.on("console", (message) => problems.push(`console: ${message.text()}`));
  await page.goto("file://" + path.resolve(file));
  await page.evaluate(axe);
  const results = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of results.violations) {
    problems.push(`axe ${violation.id} (${scheme}, ${violation.nodes.length} times): ${violation.help}: ${violation.nodes[0].html.slice(0, 160)}`);
  }
  if (process.env.PICTURES) {
    const name = path.join(process.env.PICTURES, path.basename(file, ".html"));
    await page.screenshot({ path: `${name}.${scheme}.png`, fullPage: true });
    if (scheme === "light") await page.pdf({ path: `${name}.pdf`, preferCSSPageSize: true, printBackground: true });
  }
  await context.close();
  return problems;
}

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.BROWSER, args: ["--no-sandbox"] });
  let bad = 0;
  for (const file of process.argv.slice(2)) {
    const bytes = fs.statSync(file).size;
    const problems = await validate(file);
    for (const scheme of ["light", "dark"]) problems.push(...(await look(browser, file, scheme)));
    if (bytes > MOST_BYTES) problems.push(`${bytes} bytes, more than ${MOST_BYTES}`);
    console.log(`${problems.length === 0 ? "ok " : "BAD"} ${path.basename(file)} ${bytes} bytes`);
    for (const problem of problems.slice(0, 40)) console.log(`    ${problem}`);
    bad += problems.length;
  }
  await browser.close();
  process.exit(bad === 0 ? 0 : 1);
}

main().catch((error) => {
  console.error(error);
  process.exit(2);
});
