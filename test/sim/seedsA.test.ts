import { testShortSeeds } from './shortSeeds.ts';

testShortSeeds(0);
