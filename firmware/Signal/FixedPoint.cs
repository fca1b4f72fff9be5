// The few integer operations that the signal chain needs and that must never fault: the interpreter dies of
// int.MinValue / -1 and throws on a division by zero.

namespace Pulsegate.Signal;

/// <summary>Guarded integer arithmetic.</summary>
public static class FixedPoint
{
    /// <summary>Quotient truncated toward zero; 0 when the divisor is not positive.</summary>
    public static int Divide(int dividend, int divisor)
    {
        return divisor > 0 ? dividend / divisor : 0;
    }

    /// <summary>
    /// Quotient truncated toward zero, limited to the range of int; 0 when the divisor is not positive.
    /// </summary>
    public static int Divide(long dividend, long divisor)
    {
        if (divisor <= 0)
        {
            return 0;
        }

        long quotient = dividend / divisor;
        return quotient > int.MaxValue ? int.MaxValue : quotient < int.MinValue ? int.MinValue
            : (int)quotient;
    }

    /// <summary>The value, or the nearer limit when it is outside.</summary>
    public static int Clamp(int value, int min, int max)
    {
        return value < min ? min : value > max ? max : value;
    }
}
