import { main } from './main.cjs';

await main((name) => import(name));
