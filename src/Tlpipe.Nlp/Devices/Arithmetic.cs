// Operations of a tensor with a number that hold the number until libtorch has read it.
using TorchSharp;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Devices;

/// <summary>
/// TorchSharp 0.107 passes a number's native handle to libtorch without keeping the object behind it alive, so that a garbage collection at
/// that moment frees it first, and the operation computes with whatever lies there, or fails. Its operators (<c>x + y</c>, which
/// passes a factor of 1, <c>x * 2.0</c>, <c>x / 2.0</c>) and the numbers given to TorchScript do the same. Code of tlpipe uses these instead.
/// </summary>
internal static class Arithmetic
{
    // A static field lives as long as the process.
    private static readonly Scalar One = 1;
    private static readonly Scalar MinusOne = -1;

    /// <summary>The sum of two tensors.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>The difference of two tensors.</summary>
    public static Tensor Minus(this Tensor x, Tensor y) => x.add(y, MinusOne);

    /// <summary>Adds a tensor to this one, in place.</summary>
    public static Tensor Add(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>Adds one to each element, in place.</summary>
    public static Tensor Increment(this Tensor x) => x.add_(One, One);

    /// <summary>Each element times a number.</summary>
    public static Tensor Times(this Tensor x, double number) => With(number, x, static (x, scalar) => x.mul(scalar));

    /// <summary>Each element divided by a number.</summary>
    public static Tensor Over(this Tensor x, double number) => With(number, x, static (x, scalar) => x.div(scalar));

    /// <summary>Sets each element to a number.</summary>
    public static Tensor Fill(this Tensor x, double number) => With(number, x, static (x, scalar) => x.fill_(scalar));

    /// <summary>Numbers for an operation; give them to <see cref="GC.KeepAlive"/> after it.</summary>
    public static Scalar[] Scalars(params double[] numbers) => Array.ConvertAll(numbers, number => (Scalar)number);

    private static Tensor With(double number, Tensor x, Func<Tensor, Scalar, Tensor> operation)
    {
        Scalar scalar = number;
        var result = operation(x, scalar);
        GC.KeepAlive(scalar);
        return result;
    }
}
