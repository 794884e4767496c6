const { asked, page, told } = require('../../utils/page')
const halls = require('../../utils/hall')
const request = require('../../utils/request')
const store = require('../../utils/store')
const words = require('../../utils/words')

page({
  data: { me: null, hall: null, mayChoose: false, notices: [] },

  onShow() {
    this.load()
  },

  load() {
    return this.reading(async () => {
      const hall = await halls.current()
      this.setData({ hall, mayChoose: (await halls.halls()).length > 1 })
      const me = await request.mine('/me')
      return { me, notices: switches(me.notices) }
    })
  },

  elderly() {
    store.setElderly(!this.data.isElderly)
    this.setData({ isElderly: !this.data.isElderly })
  },

  async choose() {
    if (await halls.chosen()) this.load()
  },

  callHall() {
    const { phone } = this.data.hall
    if (phone) wx.makePhoneCall({ phoneNumber: phone, fail: () => {} })
    else told(words.noCall)
  },

  async phone(event) {
    const { code } = event.detail
    if (!code) {
      told(words.phoneRefused)
      return
    }
    await this.doing(async () => {
      const me = await request.change('POST', '/me/phone', { code })
      this.setData({ me: { ...this.data.me, phone: me.phone } })
      told(words.phoneKept)
    })
  },

  async turn(event) {
    const { kind } = event.currentTarget.dataset
    const off = this.data.notices.filter((one) => (one.kind === kind ? one.isOn : !one.isOn)).map((one) => one.kind)
    await this.doing(async () => {
      await request.change('PUT', '/me/notices', { off })
      this.setData({ notices: this.data.notices.map((one) => ({ ...one, isOn: !off.includes(one.kind) })) })
    })
  },

  async erase() {
    const lost = await this.lost()
    if (lost === null || !(await asked(words.eraseTitle, words.eraseBody(lost), words.eraseYes, words.eraseNo))) return
    await this.doing(async () => {
      const { kept } = await request.change('DELETE', '/me?confirm=true')
      store.forgetPerson()
      this.setData({ me: null, notices: [] })
      wx.showModal({ title: words.erased, content: kept, showCancel: false })
    })
  },

  // How many appointments and tickets would be given up; null when that could not be asked.
  async lost() {
    let found = null
    await this.doing(async () => {
      try {
        await request.change('DELETE', '/me')
      } catch (problem) {
        if (problem.code !== 'confirm_needed') throw problem
        found = problem.details.appointments.length + problem.details.tickets.length
      }
    })
    return found
  },
})

const switches = ({ kinds, off }) => kinds.map(({ id, name }) => ({ kind: id, name, isOn: !off.includes(id) }))
