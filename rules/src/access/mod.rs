//! 权限 Who may see and do what: roles, classes of fields, acts, and the one table that joins them.
//!
//! ACCESS-1: whoever has no line in the table may do nothing.
//! ACCESS-2: a right of an office ends at the border of its region (GB/T 22239-2019, 8.1.4.2).
//! ACCESS-3: nobody is two of the three administrators (GB/T 22239-2019, 8.1.4.2 d).
//! ACCESS-4: an office is held only by who has shown two factors (GB/T 22239-2019, 8.1.4.1 d).
//! ACCESS-5: nothing is held by who has not yet changed a first or expired password, but the right to change
//! it (GB/T 22239-2019, 8.1.4.1 a, 8.1.4.2 b).
//! ACCESS-6: what is most sensitive is done only by who has shown the second factor a short time ago
//! (GB/T 22239-2019, 8.1.4.1 d).
//!
//! Pure functions of (grants, act or class, place). Which field is of which class and which act it
//! needs is said in `schema/access.toml`.

mod common;
mod mask;
mod partner;
mod password;
mod policy;
mod rights;
mod viewer;
mod words;

pub use mask::masked_phone;
pub use partner::ApiScope;
pub use password::{Weakness, weaknesses};
pub use policy::{Failures, PasswordPolicy, PasswordState, Try, password_policy};
pub use rights::{Conflict, RIGHTS, Reach, Rights, conflict, rights};
pub use viewer::{Acts, Assurance, Grant, Identity, Place, Viewer};
pub use words::{Act, FieldClass, Role};
