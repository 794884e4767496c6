// Where something stands: one's own case by its number, or anybody's who holds the receipt with its code.
const { page } = require('../../utils/page')
const request = require('../../utils/request')
const show = require('../../utils/show')
const words = require('../../utils/words')

page({
  data: { number: '', code: '', isOwn: false, said: '', found: null, chain: null },

  onLoad({ number }) {
    if (!number) return
    this.setData({ number, isOwn: true })
    this.load()
  },

  load() {
    return this.reading(async () => {
      const found = show.ofCase(await request.mine(`/cases/${encodeURIComponent(this.data.number)}`))
      return { found, said: found.said }
    })
  },

  async look() {
    const number = this.data.number.trim()
    const code = this.data.code.trim()
    if (!number) {
      this.setData({ problem: words.needNumber })
      return
    }
    this.setData({ found: null, said: '', chain: null })
    await this.doing(async () => {
      const told = await request.change('POST', '/progress', code ? { number, code } : { number })
      const chain = { ...told.chain }
      if (chain[told.kind] === number) chain[told.kind] = null
      this.setData({ said: told.said, found: told.case ? show.ofCase(told.case) : null, chain })
    })
  },
})
