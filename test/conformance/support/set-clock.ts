/**
 * Loaded before the verifier (`--import`): a machine whose clock says CLOCK when it starts, and CLOCK_LATER from SIGUSR2
 * on, both in milliseconds since 1970. What follows is as long as it is everywhere.
 */
const real = Date.now.bind(Date);
let ahead = Number(process.env["CLOCK"]) - real();
Date.now = () => real() + ahead;

process.on("SIGUSR2", () => {
  ahead = Number(process.env["CLOCK_LATER"]) - real();
  process.stdout.write('{"event":"clock-set"}\n');
});
