use super::data::Data;
use super::functions::Function;

/// An expression, taken apart. Each node takes a value and gives one.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Current,
    Field(Box<str>),
    Index(i64),
    Slice(Slice),
    Literal(Data),
    /// The second takes what the first gives: `a.b`, `a[0]`, `a | b`.
    Chain(Box<Node>, Box<Node>),
    Flatten(Box<Node>),
    /// The second for each element of the list that the first gives.
    Project(Box<Node>, Box<Node>),
    /// The second for each value of the object that the first gives.
    ProjectValues(Box<Node>, Box<Node>),
    /// The second for each element of the list that the first gives, if the third holds for the element.
    Filter(Box<Node>, Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Not(Box<Node>),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    /// A function, its arguments, and its place in the text.
    Call(Function, Vec<Node>, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// `start:stop:step`. The step is not 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice {
    pub(super) start: Option<i64>,
    pub(super) stop: Option<i64>,
    pub(super) step: i64,
}

impl Slice {
    /// The places it takes from a list of that length, in its order.
    pub(super) fn places(self, length: usize) -> impl Iterator<Item = usize> {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        let (low, high) = if self.step > 0 { (0, length) } else { (-1, length - 1) };
        let place = |end: i64| if end < 0 { end.saturating_add(length) } else { end }.clamp(low, high);
        let (first, last) = if self.step > 0 { (low, high) } else { (high, low) };
        let mut at = self.start.map_or(first, place);
        let (step, stop) = (self.step, self.stop.map_or(last, place));
        std::iter::from_fn(move || {
            let more = if step > 0 { at < stop } else { at > stop };
            let place = usize::try_from(at).ok().filter(|_| more)?;
            at = at.saturating_add(step);
            Some(place)
        })
    }
}

impl Node {
    /// Whether it gives a list that need not be made at once.
    pub(super) fn is_stream(&self) -> bool {
        match self {
            Node::Flatten(_) | Node::Slice(_) | Node::Project(..) | Node::ProjectValues(..) | Node::Filter(..) => true,
            Node::Chain(_, last) => last.is_stream(),
            _ => false,
        }
    }
}

impl Comparison {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }
}
