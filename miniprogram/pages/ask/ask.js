const { page } = require('../../utils/page')
const request = require('../../utils/request')
const words = require('../../utils/words')

page({
  data: { q: '', turns: [] },

  onLoad({ q }) {
    if (!q) return
    this.setData({ q })
    this.ask()
  },

  ask() {
    return this.put(this.data.q.trim())
  },

  pick(event) {
    const { question, entry } = event.currentTarget.dataset
    return this.put(question, entry)
  },

  // `entry`: the suggestion that was tapped.
  async put(question, entry) {
    if (!question) {
      this.setData({ problem: words.needQuestion })
      return
    }
    const answered = await this.doing(async () => {
      const answer = await request.known(`/ask${request.query({ q: question, entry })}`)
      this.setData({ turns: [turn(question, answer), ...this.data.turns], q: '' })
    })
    if (!answered) this.setData({ q: question })
    wx.pageScrollTo({ scrollTop: 0, duration: 0 })
  },
})

// In the chat suggestions are numbered lines to answer with; here they are tapped.
const unlisted = (text) => text.split('\n').filter((line) => !/^\d+ /.test(line)).join('\n').trim()

// The text says itself what it rests on and until when that holds.
const turn = (question, answer) => ({
  id: `${Date.now()}`,
  question,
  text: answer.suggestions.length ? unlisted(answer.text) : answer.text,
  suggestions: answer.suggestions,
  matter: answer.matter,
})
