import { DomainError } from './errors.ts';
import type { HttpHandler } from './http-server.ts';
import { refusedRequests } from './metrics.ts';

/** Lets in as many requests as a process can answer in time. */
export type Admission = {
  /** Begin a request: what to call when it is over, or null when it is one too many. */
  enter: () => (() => void) | null;
};

type AdmissionOptions = {
  service: string;
  /** Requests at once, at most. */
  most: number;
  /** The same while the process is busy. */
  calm?: number;
  isBusy?: () => boolean;
};

/**
 * Refuse at once what would only be late: a process that takes on more than it can do answers nobody in time. What it has
 * begun it finishes, and so goes on doing all that it can.
 */
export function createAdmission({ service, most, calm = most, isBusy }: AdmissionOptions): Admission {
  let running = 0;
  return {
    enter: () => {
      if (running >= most || (running >= calm && isBusy?.())) {
        refusedRequests.inc({ service });
        return null;
      }
      running += 1;
      let isOver = false;
      return () => {
        if (!isOver) running -= 1;
        isOver = true;
      };
    },
  };
}

const mostPauseSeconds = 3;

/** What a refused request is told; those who were refused together are not to come back together. */
export const tooBusy = (): DomainError =>
  new DomainError('UNAVAILABLE', 'There is too much to do at the moment; try again later.', {
    retryAfterSeconds: 1 + Math.floor(Math.random() * mostPauseSeconds),
  });

/** By then a stream of events has begun, which is the work that it makes here. */
const streamBeginsMs = 1000;

/** Handle what is let in and refuse the rest. What asks for a stream of events may last, and counts for a second at most. */
export const admitting =
  (admission: Admission, handle: HttpHandler, refuse: HttpHandler): HttpHandler =>
  (request, response) => {
    const leave = admission.enter();
    if (!leave) return refuse(request, response);
    response.once('close', leave);
    if (request.headers.accept?.includes('text/event-stream')) setTimeout(leave, streamBeginsMs).unref();
    return handle(request, response);
  };
