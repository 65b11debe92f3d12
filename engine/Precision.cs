namespace GraphTune.Engine;

/// <summary>How exactly an accelerator multiplies matrices. Everything else is computed in 32-bit floats, always.</summary>
public enum Precision
{
    /// <summary>32-bit floats.</summary>
    Single,

    /// <summary>Operands rounded to 11 bits (NVIDIA's TF32), sums in 32-bit floats: by tensor cores where there are some, several times faster; the relative error of a product is up to 2⁻¹⁰.</summary>
    Tf32,
}
