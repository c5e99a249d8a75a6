/** A value's place in a {@link LinkedList}. */
export interface ListNode<T> {
  readonly value: T;
  previous: ListNode<T> | undefined;
  next: ListNode<T> | undefined;
}

/**
 * A queue from whose middle a value can be taken at no cost. Sessions are evicted, expire and move
 * between queues while thousands wait; an array would be searched and moved each time.
 */
export class LinkedList<T> {
  first: ListNode<T> | undefined;
  #last: ListNode<T> | undefined;
  size = 0;

  push(value: T): ListNode<T> {
    const node: ListNode<T> = { value, previous: undefined, next: undefined };
    this.#append(node);
    return node;
  }

  /** Moves a node of this list to its end. */
  moveToEnd(node: ListNode<T>): void {
    if (node === this.#last) return;
    this.remove(node);
    this.#append(node);
  }

  #append(node: ListNode<T>): void {
    node.previous = this.#last;
    if (this.#last) this.#last.next = node;
    else this.first = node;
    this.#last = node;
    this.size += 1;
  }

  /** Takes out a node of this list. Once only: a node does not know whether it was taken out already. */
  remove(node: ListNode<T>): void {
    if (node.previous) node.previous.next = node.next;
    else this.first = node.next;
    if (node.next) node.next.previous = node.previous;
    else this.#last = node.previous;
    node.previous = undefined;
    node.next = undefined;
    this.size -= 1;
  }
}
