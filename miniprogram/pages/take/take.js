const { page } = require('../../utils/page')
const halls = require('../../utils/hall')
const request = require('../../utils/request')
const words = require('../../utils/words')

page({
  data: { hall: null, matter: null, groups: [], letter: '', privilege: '', closed: '' },

  onLoad({ matter, hall }) {
    this.asked = { matter, hall }
    this.load()
  },

  load() {
    return this.reading(async () => {
      const hall = await halls.current()
      const waits = await request.open(`/waits${request.query({ hall: hall.id })}`)
      const matter = this.asked.matter ? await named(this.asked) : null
      const letter = matter ? matter.group.letter : this.data.letter
      return { hall, matter, letter, groups: waits.groups.map(line), closed: waits.doors.is_open ? '' : waits.doors.sentence }
    })
  },

  pick(event) {
    this.setData({ letter: event.currentTarget.dataset.letter, problem: '' })
  },

  claim(event) {
    const { privilege } = event.currentTarget.dataset
    this.setData({ privilege: this.data.privilege === privilege ? '' : privilege })
  },

  async take() {
    const { hall, matter, letter, privilege } = this.data
    if (!letter) {
      this.setData({ problem: words.needGroup })
      return
    }
    await this.doing(async () => {
      const what = matter && matter.group.letter === letter ? { matter: matter.id } : { group: letter }
      const ticket = await request.wish('take', '/tickets', { hall: hall.id, ...what, ...(privilege ? { privilege } : {}) })
      wx.redirectTo({ url: `/pages/ticket/ticket${request.query({ number: ticket.number, hall: ticket.hall.id })}` })
    })
  },
})

async function named({ matter, hall }) {
  return (await request.kept(`/matters/${encodeURIComponent(matter)}${request.query({ hall })}`)).body
}

const line = (group) => ({
  letter: group.letter,
  name: group.name,
  said: group.waiting ? words.inLine(group.waiting) : words.nobody,
  wait: group.low_minutes === null || !group.waiting ? '' : words.wait(group.low_minutes, group.high_minutes),
})
