import { withMemoryLedger } from './ledger.ts';
import { MeteredStack } from './meteredStack.ts';
import { benchCompany, benchDirectory, dayOfLines } from './company.ts';
const company=benchCompany();
await withMemoryLedger(async ({client,stores})=>{
 for(const e of benchDirectory(company)) await stores.directory.putUser(e);
 for(const t of company.teams) await stores.directory.putBudget({team:t.id,limitPicoUsd:10n**17n,thresholds:[80,100]});
 const s=new MeteredStack(client);
 const lines=[...dayOfLines(company)].slice(0,Number(process.argv[4]??4000));
 const t=Date.now();
 await s.deliver(lines,{linesPerDelivery:Number(process.argv[2]),streamBatch:process.argv[3]==="w"?{logLines:220}:{changes:Number(process.argv[3])}});
 console.log(Date.now()-t,'ms',s.posted,s.lineChanges, JSON.stringify(s.meter.units), Object.entries(s.meter.units.writes).map(([k,v])=>k+' '+(v/s.posted).toFixed(3)).join('; '), 'all', (Object.values(s.meter.units.writes).reduce((a,b)=>a+b)/s.posted).toFixed(3));
});
