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
      return { me, notices: switches(me) }
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
    if (!(await asked(words.eraseTitle, words.eraseBody, words.eraseYes, words.eraseNo))) return
    const erased = await this.doing(() => request.change('DELETE', '/me?confirm=1'))
    if (!erased) return
    store.forgetPerson()
    this.setData({ me: null, notices: [] })
    wx.showModal({ title: words.eraseTitle, content: words.erased, showCancel: false })
  },
})

const switches = (me) => Object.keys(words.notices).map((kind) => ({ kind, name: words.notices[kind], isOn: !me.notices.off.includes(kind) }))
