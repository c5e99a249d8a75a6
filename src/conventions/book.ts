import { families } from './families.js';
import { PlanBook } from './plan.js';

/** What attributes say, by their keys. */
export const book: PlanBook = new PlanBook(families);
