/* Simplified Chinese: the page for answers without an account. */
import type { enAsk } from "./en-ask";
import type { CatalogOf } from "./index";

export const zhCNAsk: CatalogOf<typeof enAsk> = {
  "ask.title": "关于您论文的问题",
  "ask.lead": "评估这篇论文实际用途的人想了解文中没有说明的内容。请回答您能回答的问题：每个回答单独保存，之后可用同一链接继续。",
  "ask.privacy": "您的回答会交给发送链接的人，也可能与论文一起提供给语言模型。请勿填写需要保密的内容。",
  "ask.name": "您的姓名",
  "ask.name_hint": "将与您的回答一同显示。",
  "ask.answer": "回答",
  "ask.source": "可查证之处（可选）",
  "ask.save": "保存此回答",
  "ask.change": "修改",
  "ask.saving": "正在保存…",
  "ask.saved": "已保存",
  "ask.saved_by": "由 {name} 于 {date} 回答",
  "ask.progress": { other: "已回答 {n} / {of}" },
  "ask.done": "所有问题均已回答，谢谢！您可以关闭此页。",
  "ask.none": "没有问题。",
  "ask.loading": "正在加载…",
  "ask.retry": "重试",
  "ask.gone_title": "此链接已失效",
  "ask.gone": "链接已过期或被撤回，请向发送者索取新的链接。",
  "ask.missing": "该地址没有内容，请检查链接是否完整。",
  "ask.error.network": "无法连接服务器，您输入的内容仍然保留。",
  "ask.error.busy": "请求过于频繁，请稍候再试。",
  "ask.error.bad": "该回答未被接受，可能过长。",
  "ask.error.other": "未能保存，您输入的内容仍然保留。",
  "ask.by": "通过 Paperal 提问",
};
