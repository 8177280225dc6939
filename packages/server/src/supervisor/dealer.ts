/**
 * Deals fresh connections round. Each belongs to the worker whose turn it is; but before it is sent, the
 * worker is asked whether it is there, so that one that hangs gets nothing: what was its turn, others
 * get. And a copy is kept until the worker says that it took it, so that one that dies loses nothing that
 * it had not begun.
 *
 *     deal → its turn … ask → yes → give → took
 */
import type { Socket } from 'node:net'

/** How long, in milliseconds, a worker may take to say yes before others get what was its turn. */
const PATIENCE = 500

/** A worker, as far as dealing goes. */
export interface Taker {
  /** Asks whether it is there. */
  ask(): void
  /** Sends a connection, if it can still be reached. */
  give(socket: Socket, listener: number): void
}

interface Fresh {
  readonly socket: Socket
  readonly listener: number
}

/** What is meant for one worker. */
interface Hand {
  /** Its turn, and not sent yet. */
  queue: Fresh[]
  /** Sent, and not taken yet. */
  readonly sent: Fresh[]
  /** Runs while it is asked. */
  asked: NodeJS.Timeout | undefined
  isSlow: boolean
}

export class Dealer<Worker extends Taker> {
  /** Those that take connections; the first is the next. */
  readonly #ring = new Map<Worker, Hand>()
  /** Those that do not any more, while something is on the way to them. */
  readonly #leaving = new Map<Worker, Hand>()
  /** What nobody's turn is, because all are slow or none is there. */
  #waiting: Fresh[] = []

  /** Deals a connection that is paused. */
  deal(socket: Socket, listener: number): void {
    socket.on('error', () => undefined) // it is the worker's to notice
    this.#deal({ socket, listener })
  }

  /** A worker is ready for connections. */
  join(worker: Worker): void {
    this.#ring.set(worker, { queue: [], sent: [], asked: undefined, isSlow: false })
    for (const fresh of this.#waiting.splice(0)) this.#deal(fresh)
  }

  /** A worker that was asked is there. */
  saidYes(worker: Worker): void {
    const hand = this.#ring.get(worker)
    if (!hand) return
    clearTimeout(hand.asked)
    hand.asked = undefined
    hand.isSlow = false
    const fresh = hand.queue.shift() ?? this.#waiting.shift()
    if (fresh) this.#give(worker, hand, fresh)
    this.#ask(worker, hand)
  }

  /** A worker took what was sent to it. */
  took(worker: Worker): void {
    const hand = this.#ring.get(worker) ?? this.#leaving.get(worker)
    hand?.sent.shift()?.socket.destroy() // this process's copy
  }

  /** A worker gets nothing more. What is on the way arrives before whatever it is told next. */
  leave(worker: Worker): void {
    const hand = this.#ring.get(worker)
    if (!hand) return
    clearTimeout(hand.asked)
    this.#ring.delete(worker)
    this.#leaving.set(worker, hand)
    for (const fresh of hand.queue.splice(0)) this.#deal(fresh)
  }

  /** A worker is no more: what it did not take, others get. */
  gone(worker: Worker): void {
    this.leave(worker)
    const hand = this.#leaving.get(worker)
    this.#leaving.delete(worker)
    for (const fresh of hand?.sent ?? []) this.#deal(fresh)
  }

  /** Sends all that was not sent yet, without asking: this is the end. */
  dealAll(): void {
    for (const fresh of this.#waiting.splice(0)) this.#deal(fresh)
    for (const [worker, hand] of this.#ring) {
      for (const fresh of hand.queue.splice(0)) this.#give(worker, hand, fresh)
    }
  }

  #deal(fresh: Fresh): void {
    const turn = [...this.#ring].find(([, { isSlow }]) => !isSlow)
    if (!turn) {
      this.#waiting.push(fresh)
      return
    }
    const [worker, hand] = turn
    this.#ring.delete(worker)
    this.#ring.set(worker, hand) // it is the last now
    hand.queue.push(fresh)
    this.#ask(worker, hand)
  }

  #ask(worker: Worker, hand: Hand): void {
    if (hand.asked || (hand.queue.length === 0 && this.#waiting.length === 0)) return
    // Its yes may have come while this process was busy: it is read before setImmediate's turn.
    const passOver = (): unknown => setImmediate(() => this.#passOver(hand, asked))
    const asked = setTimeout(passOver, PATIENCE)
    hand.asked = asked
    worker.ask()
  }

  /** It did not say yes in time. */
  #passOver(hand: Hand, asked: NodeJS.Timeout): void {
    if (hand.asked !== asked) return
    hand.isSlow = true
    for (const fresh of hand.queue.splice(0)) this.#deal(fresh)
  }

  #give(worker: Worker, hand: Hand, fresh: Fresh): void {
    hand.sent.push(fresh)
    worker.give(fresh.socket, fresh.listener)
  }
}
