import { makeCompany, directoryOf } from '/work/main/infra/local/sample/people.ts';
import { makeSampleDay } from '/work/main/infra/local/sample/sample.ts';
import { decodeLine } from '/work/main/shared/formats/decodeLine.ts';
import { attributeUsage } from '/work/main/shared/domain/attribution.ts';
import { makeUsageRecord } from '/work/main/shared/domain/usageRecord.ts';
import { lineIdentity, lineKeyOf, changesOfPosting } from '/work/main/shared/domain/dailyLine.ts';
import { addMetrics } from '/work/main/shared/domain/metrics.ts';
import { totalOfLines, totalOfTotals } from '/work/main/shared/domain/total.ts';
import { totalToItem } from '/work/main/shared/store/totalItem.ts';
import { bundledPriceBook } from '/work/main/shared/pricing/priceBook.ts';
import { priceRecord } from '/work/main/shared/pricing/priceRecord.ts';
import { itemSizeBytes } from '/work/main/test/bench/itemSize.ts';
import { marshall } from '@aws-sdk/util-dynamodb';
const [people,teams,rpp,skip,take]=process.argv.slice(2).map(Number) as any;
const company=makeCompany({seed:'bench',people,teams});const dir=new Map(directoryOf(company).map(e=>[e.user,e]));
const book=bundledPriceBook();const now=new Date('2026-12-31');
const byTeam=new Map<string,Map<string,any>>();
let i=0;const recs:any[]=[];const day='2026-10-12';
for(const l of makeSampleDay({seed:'bench',company,day,requestsPerPerson:rpp})){
  if(i++>=skip+take)break;
  const d=decodeLine(l,{now,eventId:()=>'x'});if(d.kind!=='usage')continue;
  const r=makeUsageRecord(d.usage,attributeUsage(d.usage,dir.get(d.usage.user??'')),priceRecord(book,d.usage));
  if(i>skip){recs.push(r);continue}
  fold([r]);
}
function fold(rs:any[]){ let ch=changesOfPosting(rs); for(const c of ch){let t=byTeam.get(c.key.team);if(!t)byTeam.set(c.key.team,t=new Map());const id=lineIdentity(c.key);const k=t.get(id);t.set(id,k?{...addMetrics(k,c.metrics),...c.key,n:k.n+c.changes}:{...c.metrics,...c.key,n:c.changes})} return ch.length}
const wu=(t:any)=>Math.ceil(itemSizeBytes(marshall(totalToItem(t) as any))/1024);
const teamTotals=new Map<string,any>();
const dayTotal=(team:string)=>totalOfLines({kind:'team',id:team},{kind:'day',day},[...byTeam.get(team)!.values()]);
for(const t of byTeam.keys())teamTotals.set(t,dayTotal(t));
console.log('first',recs[0]?.startedAt,'last',recs.at(-1)?.startedAt,'recs',recs.length, 'span s',(Date.parse(recs.at(-1).startedAt)-Date.parse(recs[0].startedAt))/1e3);
function groupCount(rs:any[]){const g=new Map<string,any[]>();for(const r of rs){const k=r.team+'#'+r.user;const a=g.get(k);a?a.push(r):g.set(k,[r])}return [...g.values()]}
for(const [perDelivery,window] of [[10,220],[1000,1000]] as const){
  let changes=0,totals=0,windows=0,teamsTouched=0,n=0,rcu=0;
  for(let w=0;w+window<=recs.length&&windows<40;w+=window){
    const touched=new Set<string>();
    for(let d=w;d<w+window;d+=perDelivery){const rs=recs.slice(d,d+perDelivery);n+=rs.length;for(const g of groupCount(rs)){changes+=fold(g);touched.add(g[0].team)}}
    for(const t of touched){const tot=dayTotal(t);teamTotals.set(t,tot);totals+=wu(tot)+wu({...tot,period:{kind:'month',month:day.slice(0,7)}});rcu+=Math.max(1,Math.ceil([...byTeam.get(t)!.values()].length*400/4096))+8}
    const org=totalOfTotals({kind:'org'},{kind:'day',day},[...teamTotals.values()]);totals+=2*wu(org);rcu+=teamTotals.size+10;
    windows++;teamsTouched+=touched.size;
  }
  console.log({perDelivery,window,windows,linesPerReq:changes*2/n,totalsPerReq:totals/n,teamsTouched:teamsTouched/windows,changesPerWindow:changes/windows, rcuPerReq:rcu/n});
}
