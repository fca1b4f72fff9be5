// The rules, each with what goes wrong on nanoCLR when it is broken. All were observed on the real runtime.

namespace Pulsegate.SubsetCheck;

/// <summary>One rule of the subset.</summary>
/// <param name="Id">Short stable name, shown in build errors.</param>
/// <param name="Why">What happens on the device, and what to write instead.</param>
public sealed record Rule(string Id, string Why)
{
    /// <summary>A type or method with type parameters is declared.</summary>
    public static readonly Rule GenericDefinition = new("PG01",
        "declares type parameters: v1 has no generics, the runtime crashes when it loads the assembly");

    /// <summary>A generic type or method is used.</summary>
    public static readonly Rule GenericUse = new("PG02",
        "uses a generic type or method (Func<>, Action<T>, an anonymous type): the runtime crashes when it "
            + "loads the assembly");

    /// <summary>An array with more than one dimension.</summary>
    public static readonly Rule MultiDimensionalArray = new("PG03",
        "uses a multi-dimensional array: the runtime crashes at load; use a jagged or a flat array");

    /// <summary>Overflow-checked arithmetic or conversion.</summary>
    public static readonly Rule Checked = new("PG04",
        "uses checked arithmetic or a long array length: it wraps unchecked; test the range by hand");

    /// <summary>An enum as text or as object.</summary>
    public static readonly Rule EnumAsText = new("PG05",
        "boxes an enum or makes text of it: only its number comes out; use a switch to text");

    /// <summary>Floating point outside the list.</summary>
    public static readonly Rule Float = new("PG06",
        "uses floating point and is not listed in float-methods.tsv: use integers or fixed point");

    /// <summary>Unguarded floating-point division or comparison in a listed method.</summary>
    public static readonly Rule UnguardedFloat = new("PG07",
        "divides or compares floating-point numbers itself: x/0 throws and NaN > x is true there; call a "
            + "guarded helper");

    /// <summary>Unguarded conversion from floating point to integer in a listed method.</summary>
    public static readonly Rule UnguardedConversion = new("PG08",
        "converts floating point to an integer itself: out of range it wraps instead of saturating; call a "
            + "guarded helper");

    /// <summary>An interface method with a body.</summary>
    public static readonly Rule DefaultInterfaceMethod = new("PG09",
        "has a body in an interface: the call does nothing or throws");

    /// <summary>Stack allocation or pinning.</summary>
    public static readonly Rule StackOrPinned = new("PG10",
        "uses stackalloc or fixed: the first throws on the device, the second breaks the metadata processor");

    /// <summary>A number format that v1 lacks.</summary>
    public static readonly Rule NumberFormat = new("PG11",
        "uses a format other than a literal D, E, F, G, N or X with digits: custom formats print the format "
            + "itself or throw");

    /// <summary>A finalizer.</summary>
    public static readonly Rule Finalizer = new("PG12",
        "is a finalizer: it crashed with heap compaction; dispose explicitly");

    /// <summary>A volatile field or access.</summary>
    public static readonly Rule Volatile = new("PG13",
        "is volatile: v1 lacks IsVolatile; take a lock");

    /// <summary>A static initialiser that depends on another type's.</summary>
    public static readonly Rule StaticOrder = new("PG14",
        "reads a static of another type while statics are initialised: initialisers run once, in metadata "
            + "order, so it may see 0 or null");

    /// <summary>Time, waiting or chance outside the boards.</summary>
    public static readonly Rule PlatformOnly = new("PG15",
        "takes time, sleep or chance from the system: they come through Platform/, only boards may call it");

    /// <summary>A call that is there and does something else.</summary>
    public static readonly Rule TreacherousCall = new("PG16",
        "does something else on the device");

    /// <summary>Division by minus one.</summary>
    public static readonly Rule DivisionByMinusOne = new("PG17",
        "divides by -1: int.MinValue / -1 ends the interpreter; negate instead");
}
