use std::cmp::Ordering;

use super::data::{Data, Item, List, Next};
use super::error::{Error, ErrorKind};
use super::eval::Search;
use super::syntax::Node;
use super::text::{self, Style};
use crate::Map;

/// The functions of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    Avg,
    Ceil,
    Contains,
    EndsWith,
    Floor,
    Join,
    Keys,
    Length,
    Map,
    Max,
    MaxBy,
    Merge,
    Min,
    MinBy,
    NotNull,
    Reverse,
    Sort,
    SortBy,
    StartsWith,
    Sum,
    ToArray,
    ToNumber,
    ToString,
    Type,
    Values,
}

/// Name, function, number of arguments.
const TABLE: [(&str, Function, usize); 26] = [
    ("abs", Function::Abs, 1),
    ("avg", Function::Avg, 1),
    ("ceil", Function::Ceil, 1),
    ("contains", Function::Contains, 2),
    ("ends_with", Function::EndsWith, 2),
    ("floor", Function::Floor, 1),
    ("join", Function::Join, 2),
    ("keys", Function::Keys, 1),
    ("length", Function::Length, 1),
    ("map", Function::Map, 2),
    ("max", Function::Max, 1),
    ("max_by", Function::MaxBy, 2),
    ("merge", Function::Merge, 1),
    ("min", Function::Min, 1),
    ("min_by", Function::MinBy, 2),
    ("not_null", Function::NotNull, 1),
    ("reverse", Function::Reverse, 1),
    ("sort", Function::Sort, 1),
    ("sort_by", Function::SortBy, 2),
    ("starts_with", Function::StartsWith, 2),
    ("sum", Function::Sum, 1),
    ("to_array", Function::ToArray, 1),
    ("to_number", Function::ToNumber, 1),
    ("to_string", Function::ToString, 1),
    ("type", Function::Type, 1),
    ("values", Function::Values, 1),
];

impl Function {
    /// The function of that name, if it takes such arguments: `expressions` tells which of them were written `&…`.
    pub(super) fn find(name: &str, expressions: &[bool]) -> Result<Function, (ErrorKind, String)> {
        let Some((_, function, count)) = TABLE.iter().find(|(other, ..)| *other == name) else {
            return Err((ErrorKind::UnknownFunction, format!("There is no function {name}()")));
        };
        let given = expressions.len();
        if given < *count || (given > *count && !function.is_variadic()) {
            let more = if function.is_variadic() { " or more" } else { "" };
            let message = format!("{name}() takes {count}{more} arguments, and not {given}");
            return Err((ErrorKind::Arity, message));
        }
        for (index, is_expression) in expressions.iter().enumerate() {
            let wanted = function.expression_at() == Some(index);
            if wanted != *is_expression {
                let (does, not) = if wanted { ("takes", "") } else { ("does not take", "no ") };
                let message = format!("{name}() {does} an expression (&…) as argument {}: {not}& there", index + 1);
                return Err((ErrorKind::Type, message));
            }
        }
        Ok(*function)
    }

    fn is_variadic(self) -> bool {
        matches!(self, Function::Merge | Function::NotNull)
    }

    fn expression_at(self) -> Option<usize> {
        match self {
            Function::Map => Some(0),
            Function::MaxBy | Function::MinBy | Function::SortBy => Some(1),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        TABLE.iter().find(|(_, function, _)| *function == self).map_or("", |(name, ..)| name)
    }
}

/// A call in work: what its errors name.
#[derive(Clone, Copy)]
struct Call {
    function: Function,
    position: usize,
}

impl Call {
    fn refuse<T>(self, wanted: &str, item: Item<'_>) -> Result<T, Error> {
        let message = format!("{}() takes {wanted}, and not {}", self.function.name(), item.type_name());
        Err(Error::new(ErrorKind::Type, self.position, message))
    }

    fn number(self, item: Item<'_>) -> Result<f64, Error> {
        item.number().map_or_else(|| self.refuse("a number", item), Ok)
    }

    fn list<'a>(self, item: Item<'a>) -> Result<List<'a>, Error> {
        match item {
            Item::List(list) => Ok(list),
            item => self.refuse("an array", item),
        }
    }
}

impl Search {
    pub(super) fn call(
        &self,
        function: Function,
        arguments: &[Node],
        position: usize,
        item: Item<'_>,
        next: Next<'_>,
    ) -> Result<(), Error> {
        let call = Call { function, position };
        match (function, arguments) {
            (Function::NotNull, arguments) => self.not_null(arguments, item, next),
            (Function::Merge, arguments) => {
                let merged = self.merge(call, arguments, item)?;
                next(Item::of(&merged))
            }
            (Function::Length, [list]) if list.is_stream() => {
                let mut count = 0;
                match self.each(list, item, &mut |_| {
                    count += 1;
                    Ok(())
                })? {
                    true => next(Item::Int(count)),
                    false => call.refuse("a string, array or object", Item::Null),
                }
            }
            (Function::Map, [each, list]) => self.eval(list, item, &mut |list| {
                let mut made = Vec::new();
                call.list(list)?.each(&mut |element| {
                    made.push(self.make(each, element)?);
                    Ok(())
                })?;
                next(Item::of(&Data::List(made)))
            }),
            (Function::SortBy | Function::MaxBy | Function::MinBy, [list, key]) => {
                self.eval(list, item, &mut |list| self.by_key(call, call.list(list)?, key, next))
            }
            (_, [only]) => self.eval(only, item, &mut |only| self.one(call, only, next)),
            (_, [first, second]) => self.eval(first, item, &mut |first| {
                self.eval(second, item, &mut |second| self.two(call, first, second, next))
            }),
            // The parser counted the arguments.
            _ => next(Item::Null),
        }
    }

    fn not_null(&self, arguments: &[Node], item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
        let mut found_one = false;
        for argument in arguments {
            self.eval(argument, item, &mut |found| match found {
                Item::Null => Ok(()),
                found => {
                    found_one = true;
                    next(found)
                }
            })?;
            if found_one {
                return Ok(());
            }
        }
        next(Item::Null)
    }

    fn merge(&self, call: Call, arguments: &[Node], item: Item<'_>) -> Result<Data, Error> {
        let mut merged = Map::new();
        for argument in arguments {
            self.eval(argument, item, &mut |found| match found {
                Item::Object(object) => object.each(&mut |key, value| {
                    merged.insert(key.to_owned(), self.own(value)?);
                    Ok(())
                }),
                found => call.refuse("objects", found),
            })?;
        }
        Ok(Data::Object(merged.into_iter().collect()))
    }

    fn one(&self, call: Call, item: Item<'_>, next: Next<'_>) -> Result<(), Error> {
        match call.function {
            Function::Abs => match item {
                Item::Int(value) => next(Item::Int(value.saturating_abs())),
                item => next(Item::Float(call.number(item)?.abs())),
            },
            Function::Ceil => next(whole(call, item, f64::ceil)?),
            Function::Floor => next(whole(call, item, f64::floor)?),
            Function::Type => next(Item::Str(item.type_name())),
            Function::Length => next(Item::Int(length(call, item)? as i128)),
            Function::ToNumber => next(to_number(item)),
            Function::ToArray => match item {
                Item::List(_) => next(item),
                item => next(Item::of(&Data::List(vec![self.own(item)?]))),
            },
            Function::ToString => match item {
                Item::Str(_) => next(item),
                item => {
                    let mut out = String::new();
                    text::write(&self.own(item)?, Style::COMPACT, &mut out);
                    let is_text = matches!(item, Item::Blob(_) | Item::Timestamp(_));
                    next(Item::Str(if is_text { out.trim_matches('"') } else { &out }))
                }
            },
            Function::Keys | Function::Values => {
                let Item::Object(object) = item else { return call.refuse("an object", item) };
                let mut made = Vec::new();
                object.each(&mut |key, value| {
                    made.push(match call.function {
                        Function::Keys => Data::Str(key.to_owned()),
                        _ => self.own(value)?,
                    });
                    Ok(())
                })?;
                next(Item::of(&Data::List(made)))
            }
            Function::Reverse => match item {
                Item::Str(text) => next(Item::Str(&text.chars().rev().collect::<String>())),
                Item::List(list) => {
                    let mut items = self.items(list)?;
                    items.reverse();
                    next(Item::of(&Data::List(items)))
                }
                item => call.refuse("a string or array", item),
            },
            Function::Sum | Function::Avg => {
                let items = self.items(call.list(item)?)?;
                next(total(call, &items)?)
            }
            _ => {
                let mut items = self.items(call.list(item)?)?;
                check_order(call, &items)?;
                match call.function {
                    Function::Sort => {
                        items.sort_by(order);
                        next(Item::of(&Data::List(items)))
                    }
                    function => {
                        let best = best(items.iter().enumerate().map(|(place, item)| (item, place)), function);
                        next(best.map_or(Item::Null, |place| Item::of(&items[place])))
                    }
                }
            }
        }
    }

    fn two(&self, call: Call, first: Item<'_>, second: Item<'_>, next: Next<'_>) -> Result<(), Error> {
        let found = match (call.function, first, second) {
            (Function::Contains, Item::Str(text), Item::Str(part)) => text.contains(part),
            (Function::Contains, Item::Str(_), _) => false,
            (Function::Contains, Item::List(list), sought) => {
                let mut found = false;
                list.each(&mut |item| {
                    found = found || item.equals(sought)?;
                    Ok(())
                })?;
                found
            }
            (Function::Contains, other, _) => return call.refuse("a string or array", other),
            (Function::StartsWith, Item::Str(text), Item::Str(part)) => text.starts_with(part),
            (Function::EndsWith, Item::Str(text), Item::Str(part)) => text.ends_with(part),
            (Function::Join, Item::Str(separator), Item::List(list)) => {
                let mut texts = Vec::new();
                list.each(&mut |item| match item {
                    Item::Str(text) => {
                        texts.push(text.to_owned());
                        Ok(())
                    }
                    item => call.refuse("an array of strings", item),
                })?;
                return next(Item::Str(&texts.join(separator)));
            }
            (Function::Join, Item::Str(_), other) => return call.refuse("an array of strings", other),
            (_, Item::Str(_), other) | (_, other, _) => return call.refuse("strings", other),
        };
        next(Item::Bool(found))
    }

    fn by_key(&self, call: Call, list: List<'_>, key: &Node, next: Next<'_>) -> Result<(), Error> {
        let mut keys = Vec::new();
        list.each(&mut |element| {
            keys.push((self.make(key, element)?, keys.len()));
            Ok(())
        })?;
        let plain: Vec<Data> = keys.iter().map(|(key, _)| key.clone()).collect();
        check_order(call, &plain)?;
        if call.function != Function::SortBy {
            return match best(keys.iter().map(|(key, place)| (key, *place)), call.function) {
                Some(place) => list.item(place, next),
                None => next(Item::Null),
            };
        }
        keys.sort_by(|one, two| order(&one.0, &two.0));
        let mut sorted = Vec::with_capacity(keys.len());
        for (_, place) in keys {
            list.item(place, &mut |element| {
                sorted.push(self.own(element)?);
                Ok(())
            })?;
        }
        next(Item::of(&Data::List(sorted)))
    }

    fn items(&self, list: List<'_>) -> Result<Vec<Data>, Error> {
        let mut items = Vec::new();
        list.each(&mut |item| {
            items.push(self.own(item)?);
            Ok(())
        })?;
        Ok(items)
    }
}

fn whole(call: Call, item: Item<'_>, round: fn(f64) -> f64) -> Result<Item<'static>, Error> {
    Ok(match item {
        Item::Int(value) => Item::Int(value),
        item => {
            let rounded = round(call.number(item)?);
            // Beyond 2^53 every fraction is whole, and stays what it is.
            match rounded.abs() < 9_007_199_254_740_992.0 {
                true => Item::Int(rounded as i128),
                false => Item::Float(rounded),
            }
        }
    })
}

fn length(call: Call, item: Item<'_>) -> Result<usize, Error> {
    match item {
        Item::Str(text) => Ok(text.chars().count()),
        Item::Blob(bytes) => Ok(bytes.len()),
        Item::List(list) => Ok(list.len()),
        Item::Object(object) => object.len(),
        item => call.refuse("a string, array or object", item),
    }
}

fn to_number(item: Item<'_>) -> Item<'static> {
    match item {
        Item::Int(value) => Item::Int(value),
        Item::Float(value) => Item::Float(value),
        Item::Str(text) => match (text.trim().parse(), text.trim().parse::<f64>()) {
            (Ok(value), _) => Item::Int(value),
            (_, Ok(value)) if value.is_finite() => Item::Float(value),
            _ => Item::Null,
        },
        _ => Item::Null,
    }
}

#[expect(clippy::cast_precision_loss, reason = "an average is a fraction")]
fn total(call: Call, items: &[Data]) -> Result<Item<'static>, Error> {
    let mut whole = Some(0_i128);
    let mut fraction = 0.0;
    for item in items {
        fraction += call.number(Item::of(item)).or_else(|_| call.refuse("an array of numbers", Item::of(item)))?;
        whole = match item {
            Data::Int(value) => whole.and_then(|sum| sum.checked_add(*value)),
            _ => None,
        };
    }
    Ok(match (call.function, whole) {
        (Function::Sum, Some(sum)) => Item::Int(sum),
        (Function::Sum, None) => Item::Float(fraction),
        _ if items.is_empty() => Item::Null,
        _ => Item::Float(fraction / items.len() as f64),
    })
}

/// Whether all are numbers, or all are texts (or times).
fn check_order(call: Call, items: &[Data]) -> Result<(), Error> {
    let Some(first) = items.first() else { return Ok(()) };
    let kind = Item::of(first).type_name();
    let wanted = "an array of numbers or an array of strings";
    match items.iter().find(|item| !has_order(item) || Item::of(item).type_name() != kind) {
        Some(other) => call.refuse(wanted, Item::of(other)),
        None => Ok(()),
    }
}

fn has_order(item: &Data) -> bool {
    matches!(item, Data::Int(_) | Data::Float(_) | Data::Str(_) | Data::Timestamp(_))
}

fn order(one: &Data, two: &Data) -> Ordering {
    match (one, two) {
        (Data::Float(one), Data::Float(two)) => one.total_cmp(two),
        (one, two) => Item::of(one).order(Item::of(two)).unwrap_or(Ordering::Equal),
    }
}

/// The place of the least or greatest, the first of equals.
fn best<'a>(keys: impl Iterator<Item = (&'a Data, usize)>, function: Function) -> Option<usize> {
    let better = match function {
        Function::Max | Function::MaxBy => Ordering::Greater,
        _ => Ordering::Less,
    };
    keys.reduce(|best, other| if order(other.0, best.0) == better { other } else { best }).map(|(_, place)| place)
}
