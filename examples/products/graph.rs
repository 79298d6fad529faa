//! The schema and the data of the compatibility cases.

use async_graphql::{ComplexObject, ID, InputObject, Object, SimpleObject, TypeDirective};

#[TypeDirective(location = "Object", composable = "https://myspecs.dev/myCustomDirective/v1.0")]
fn custom() {}

/// A product.
pub struct Product {
    id: &'static str,
    sku: &'static str,
    package: &'static str,
    variation: &'static str,
    study: &'static Research,
}

/// A study of a product.
struct Research {
    case_number: &'static str,
    description: &'static str,
}

const STUDIES: [Research; 2] = [
    Research { case_number: "1234", description: "Federation Study" },
    Research { case_number: "1235", description: "Studio Study" },
];

const PRODUCTS: [Product; 2] = [
    Product {
        id: "apollo-federation",
        sku: "federation",
        package: "@apollo/federation",
        variation: "OSS",
        study: &STUDIES[0],
    },
    Product { id: "apollo-studio", sku: "studio", package: "", variation: "platform", study: &STUDIES[1] },
];

fn product(is: impl Fn(&Product) -> bool) -> Option<&'static Product> {
    static ALL: [Product; 2] = PRODUCTS;
    ALL.iter().find(|product| is(product))
}

#[Object(directive = custom::apply())]
impl Product {
    async fn id(&self) -> ID {
        self.id.into()
    }

    async fn sku(&self) -> Option<&str> {
        Some(self.sku)
    }

    async fn package(&self) -> Option<&str> {
        Some(self.package)
    }

    async fn variation(&self) -> Option<ProductVariation> {
        Some(ProductVariation { id: self.variation.into() })
    }

    async fn dimensions(&self) -> Option<ProductDimension> {
        Some(ProductDimension { size: Some("small"), weight: Some(1.0), unit: Some("kg") })
    }

    #[graphql(provides = "totalProductsCreated")]
    async fn created_by(&self) -> Option<User> {
        Some(User::jane())
    }

    #[graphql(tag = "internal")]
    async fn notes(&self) -> Option<&str> {
        None
    }

    async fn research(&self) -> Vec<ProductResearch> {
        vec![ProductResearch::of(self.study)]
    }
}

/// A kind of a product.
#[derive(SimpleObject)]
struct ProductVariation {
    id: ID,
}

/// How others name a kind of a product.
#[derive(InputObject)]
pub struct ProductVariationKey {
    id: ID,
}

/// What a product measures.
#[derive(SimpleObject)]
#[graphql(shareable)]
struct ProductDimension {
    size: Option<&'static str>,
    weight: Option<f32>,
    #[graphql(inaccessible)]
    unit: Option<&'static str>,
}

/// What a study found.
#[derive(SimpleObject)]
pub struct ProductResearch {
    study: CaseStudy,
    outcome: Option<String>,
}

impl ProductResearch {
    fn of(study: &Research) -> Self {
        let description = Some(study.description.to_owned());
        Self { study: CaseStudy { case_number: study.case_number.into(), description }, outcome: None }
    }
}

/// A study.
#[derive(SimpleObject)]
struct CaseStudy {
    case_number: ID,
    description: Option<String>,
}

/// How others name a study.
#[derive(InputObject)]
pub struct CaseStudyKey {
    case_number: ID,
}

/// A product that is not made any more.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct DeprecatedProduct {
    sku: String,
    package: String,
    reason: Option<String>,
}

impl DeprecatedProduct {
    fn of(sku: &str, package: &str) -> Option<Self> {
        let is_known = sku == "apollo-federation-v1" && package == "@apollo/federation-v1";
        let reason = Some("Migrate to Federation V2".to_owned());
        is_known.then(|| Self { sku: sku.to_owned(), package: package.to_owned(), reason })
    }
}

#[ComplexObject]
impl DeprecatedProduct {
    async fn created_by(&self) -> Option<User> {
        Some(User::jane())
    }
}

// Somebody who makes products; another subgraph owns it. No comment of the schema: the language has none for
// what is extended.
#[derive(SimpleObject)]
#[graphql(extends, complex)]
pub struct User {
    #[graphql(external)]
    email: ID,
    #[graphql(override_from = "users")]
    name: Option<&'static str>,
    #[graphql(external)]
    total_products_created: Option<i32>,
    #[graphql(external)]
    years_of_employment: i32,
}

impl User {
    const EMAIL: &str = "support@apollographql.com";

    fn jane() -> Self {
        let (total, years) = (Some(1337), 10);
        Self {
            email: Self::EMAIL.into(),
            name: Some("Jane Smith"),
            total_products_created: total,
            years_of_employment: years,
        }
    }
}

#[ComplexObject]
impl User {
    #[graphql(requires = "totalProductsCreated yearsOfEmployment")]
    async fn average_products_created_per_year(&self) -> Option<i32> {
        let total = self.total_products_created?;
        // Rounded to the nearest, as the cases expect.
        (self.years_of_employment > 0).then(|| (total * 2 + self.years_of_employment) / (self.years_of_employment * 2))
    }
}

/// What is in store; an interface elsewhere.
pub struct Inventory {
    id: ID,
}

#[Object(interface_object)]
impl Inventory {
    async fn id(&self) -> &ID {
        &self.id
    }

    async fn deprecated_products(&self) -> Vec<DeprecatedProduct> {
        DeprecatedProduct::of("apollo-federation-v1", "@apollo/federation-v1").into_iter().collect()
    }
}

/// The root.
pub struct Query;

#[Object]
impl Query {
    async fn product(&self, id: ID) -> Option<&'static Product> {
        product(|one| one.id == *id)
    }

    #[graphql(deprecation = "Use product query instead")]
    async fn deprecated_product(&self, sku: String, package: String) -> Option<DeprecatedProduct> {
        DeprecatedProduct::of(&sku, &package)
    }

    #[graphql(entity)]
    async fn product_by_id(&self, id: ID) -> Option<&'static Product> {
        product(|one| one.id == *id)
    }

    #[graphql(entity)]
    async fn product_by_package(&self, sku: String, package: String) -> Option<&'static Product> {
        product(|one| one.sku == sku && one.package == package)
    }

    #[graphql(entity)]
    async fn product_by_variation(&self, sku: String, variation: ProductVariationKey) -> Option<&'static Product> {
        product(|one| one.sku == sku && one.variation == *variation.id)
    }

    #[graphql(entity)]
    async fn deprecated_product_by_package(&self, sku: String, package: String) -> Option<DeprecatedProduct> {
        DeprecatedProduct::of(&sku, &package)
    }

    #[graphql(entity)]
    async fn research_by_study(&self, study: CaseStudyKey) -> Option<ProductResearch> {
        STUDIES.iter().find(|one| one.case_number == *study.case_number).map(ProductResearch::of)
    }

    #[graphql(entity)]
    async fn user_by_email(
        &self,
        #[graphql(key)] email: ID,
        total_products_created: Option<i32>,
        years_of_employment: Option<i32>,
    ) -> Option<User> {
        let user = User::jane();
        (*email == User::EMAIL).then(|| User {
            total_products_created: total_products_created.or(user.total_products_created),
            years_of_employment: years_of_employment.unwrap_or(user.years_of_employment),
            ..user
        })
    }

    #[graphql(entity)]
    async fn inventory_by_id(&self, id: ID) -> Option<Inventory> {
        (*id == "apollo-oss").then_some(Inventory { id })
    }
}
