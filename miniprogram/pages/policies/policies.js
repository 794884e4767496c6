const { page } = require('../../utils/page')
const request = require('../../utils/request')
const when = require('../../utils/when')

// Shown first: what most people are. The others follow on asking.
const COMMON = ['small_scale_vat', 'general_vat', 'small_low_profit', 'individual_business', 'individual']

page({
  data: { categories: [], policies: [], isChosen: false, isAllShown: false },

  onLoad() {
    this.load()
  },

  load() {
    return this.reading(async () => {
      const [{ categories }, me] = await Promise.all([request.open('/categories'), request.mine('/me')])
      const isChosen = me.categories.length > 0
      return {
        categories: categories.map((one) => ({ ...one, isOn: me.categories.includes(one.id), isCommon: COMMON.includes(one.id) })),
        policies: isChosen ? await mine() : [],
        isChosen,
      }
    })
  },

  all() {
    this.setData({ isAllShown: true })
  },

  async pick(event) {
    const { id } = event.currentTarget.dataset
    const categories = this.data.categories.map((one) => (one.id === id ? { ...one, isOn: !one.isOn } : one))
    const chosen = categories.filter((one) => one.isOn).map((one) => one.id)
    await this.doing(async () => {
      await request.change('PUT', '/me/categories', { categories: chosen })
      this.setData({ categories, isChosen: chosen.length > 0, policies: chosen.length ? await mine() : [] })
    })
  },
})

async function mine() {
  const { policies } = await request.mine('/policies')
  return policies.map((one) => ({ ...one, issuers: one.issuers.join('、'), valid: when.sayValid(one.valid_from, one.valid_to) }))
}
