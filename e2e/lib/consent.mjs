// The other end of the scripted Confirm port: reads each question, keeps it, answers it.

import { createServer } from "node:net";
import { createInterface } from "node:readline";

export class Consent {
  questions = [];
  /** Questions for consent that are open now, and the most there were at a time. */
  open = 0;
  most = 0;
  /** Whether nobody is there to be asked. */
  away = false;
  #answers = [];

  static async listen(path) {
    const consent = new Consent();
    const server = createServer((socket) => {
      createInterface({ input: socket }).once("line", async (line) => {
        const question = JSON.parse(line);
        consent.questions.push(question);
        if (consent.away) {
          socket.destroy();
          return;
        }
        const asks = Number(question.ask === "confirm");
        consent.open += asks;
        consent.most = Math.max(consent.most, consent.open);
        const answer = await consent.#answers.shift();
        consent.open -= asks;
        socket.end(`${answer ?? (question.ask === "confirm" ? "decline" : "")}\n`);
      });
    });
    await new Promise((done, failed) => {
      server.on("error", failed);
      server.listen(path, done);
    });
    consent.close = () => new Promise((done) => server.close(done));
    return consent;
  }

  /** The next question gets this answer, or what it comes to. A question that nobody foresaw is declined. */
  next(...answers) {
    this.#answers.push(...answers);
  }

  /** Forgets answers to questions that did not come. */
  forget() {
    this.#answers = [];
  }

  get unanswered() {
    return this.#answers.length;
  }

  last(ask) {
    return this.questions.filter((question) => question.ask === ask).at(-1);
  }
}
