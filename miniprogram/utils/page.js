// What every page shares: the size of the print, one way of reading, one way of saying what went wrong.
const store = require('./store')
const when = require('./when')
const words = require('./words')

const SHARED = {
  // Reads for the page: what `work` returns becomes its fields. Nothing shown before is taken away by a failure.
  async reading(work) {
    this.setData({ isReading: true, trouble: '' })
    try {
      const fields = await work()
      this.setData(Object.assign({}, fields, { isReading: false, isRead: true }))
    } catch (problem) {
      this.setData({ isReading: false, trouble: said(problem, words.unreadable) })
    }
  },

  // Does one thing at a time: a second tap while the first is on its way is none. True when it came about.
  async doing(work) {
    if (this.isDoing) return false
    this.isDoing = true
    this.setData({ isDoing: true, problem: '', wrong: {} })
    try {
      await work()
      return true
    } catch (problem) {
      this.setData({ problem: said(problem, words.lost), wrong: (problem.details && problem.details.fields) || {} })
      return false
    } finally {
      this.isDoing = false
      this.setData({ isDoing: false })
    }
  },

  // Age of an answer of the guide, '' when it is fresh.
  aged(kept) {
    return kept.keptAt === null ? '' : when.sayKept(kept.keptAt)
  },

  typed(event) {
    this.setData({ [event.currentTarget.dataset.field]: event.detail.value })
  },

  go(event) {
    wx.navigateTo({ url: event.currentTarget.dataset.url })
  },
}

function said(problem, ifLost) {
  if (problem.isLost) return ifLost
  if (problem.message && problem.status !== undefined) return problem.message
  throw problem // a fault of ours belongs on the console, not before the person
}

function page(definition) {
  const { onLoad, onShow } = definition
  Page(Object.assign({}, SHARED, definition, {
    data: Object.assign(
      { isElderly: false, isReading: false, isRead: false, isDoing: false, trouble: '', problem: '', keptAt: '', wrong: {} },
      definition.data,
    ),
    onLoad(query) {
      if (onLoad) onLoad.call(this, decoded(query))
    },
    onShow() {
      this.setData({ isElderly: store.isElderly() })
      if (onShow) return onShow.call(this)
      return undefined
    },
  }))
}

// WeChat hands the query over as it stands in the address.
function decoded(query) {
  return Object.keys(query).reduce((plain, name) => ({ ...plain, [name]: decodeURIComponent(query[name]) }), {})
}

function asked(title, content, yes, no) {
  return new Promise((resolve) => {
    wx.showModal({
      title, content, confirmText: yes, cancelText: no, confirmColor: '#a8201a',
      success: (answer) => resolve(answer.confirm),
      fail: () => resolve(false),
    })
  })
}

const told = (title) => wx.showToast({ title, icon: 'none', duration: 2000 })

module.exports = { page, asked, told }
